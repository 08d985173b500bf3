import { defineAugmentation } from '@gradalign/core';
import { composeAffine } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';

/** Mirrors the image horizontally, with probability p. */
export const flip = defineAugmentation({
  name: 'flip',
  summary: 'Mirrors the image horizontally, with probability p',
  options: Type.Object({ p: Type.Number({ minimum: 0, maximum: 1, default: 0.5 }) }, { additionalProperties: false }),
  create: ({ p }) => ({
    geometry: (map, _, random) => (random.chance(p) ? composeAffine(map, { xx: -1, xy: 0, x0: 1, yx: 0, yy: 1, y0: 0 }) : map),
  }),
});
