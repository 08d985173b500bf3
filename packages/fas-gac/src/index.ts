import { definePlugin } from '@gradalign/core';
import { gac } from './gac.ts';
import { supcon } from './supcon.ts';

export { ascendingPoints, releasedAscendingPoints } from './ascending-points.ts';
export { gac, supcon };

/** The plugin: `plugins: ["@gradalign/fas-gac"]` makes the optimizer `gac` and the loss `supcon` available. */
export default definePlugin({ name: '@gradalign/fas-gac', items: [gac, supcon] });
export type { AscentOptions } from './ascending-points.ts';
