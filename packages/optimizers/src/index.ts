import { definePlugin } from '@gradalign/core';
import { asam } from './asam.ts';
import { disam } from './disam.ts';
import { erm } from './erm.ts';
import { fish } from './fish.ts';
import { friendlySam } from './friendly-sam.ts';
import { groupdro } from './groupdro.ts';
import { gsam } from './gsam.ts';
import { looksam } from './looksam.ts';
import { pcgrad } from './pcgrad.ts';
import { sagm } from './sagm.ts';
import { sam } from './sam.ts';
import { samByDomain } from './sam-by-domain.ts';
import { constant } from './schedules/constant.ts';
import { cosine } from './schedules/cosine.ts';
import { step } from './schedules/step.ts';
import { adam } from './update-rules/adam.ts';
import { adamw } from './update-rules/adamw.ts';
import { sgd } from './update-rules/sgd.ts';
import { vrex } from './vrex.ts';

export { adam, adamw, asam, constant, cosine, disam, erm, fish, friendlySam, groupdro, gsam, looksam, pcgrad, sagm, sam, samByDomain, sgd, step, vrex };

/** The plugin: `plugins: ["@gradalign/optimizers"]` makes all of the above available. */
export default definePlugin({
  name: '@gradalign/optimizers',
  items: [erm, sam, asam, gsam, looksam, sagm, friendlySam, samByDomain, disam, fish, pcgrad, vrex, groupdro, sgd, adam, adamw, constant, step, cosine],
});
