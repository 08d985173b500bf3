import { defineAugmentation } from '@gradalign/core';
import { composeAffine } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';

/** Rotates about the center of the output by an angle uniform in -degrees .. degrees; black outside, as in torchvision. */
export const rotate = defineAugmentation({
  name: 'rotate',
  summary: 'Rotates the image about its center by a random angle',
  options: Type.Object(
    { degrees: Type.Number({ minimum: 0, maximum: 180, default: 180, description: 'Largest angle in either direction' }) },
    { additionalProperties: false },
  ),
  create: ({ degrees }) => ({
    geometry(map, _, random) {
      const angle = (random.uniform(-degrees, degrees) * Math.PI) / 180;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      return composeAffine(map, { xx: cos, xy: -sin, x0: 0.5 - 0.5 * cos + 0.5 * sin, yx: sin, yy: cos, y0: 0.5 - 0.5 * sin - 0.5 * cos });
    },
  }),
});
