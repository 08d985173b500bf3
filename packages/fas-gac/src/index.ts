import { definePlugin } from '@gradalign/core';
import { gac } from './gac.ts';
import { supcon } from './supcon.ts';

export { ascendingPoints, releasedAscendingPoints } from './ascending-points.ts';
export { gac, supcon };

export default definePlugin({ name: '@gradalign/fas-gac', items: [gac, supcon] });
