import { composeAffine, defineAugmentation } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

/** Turned about the middle of the output by an angle uniform in -degrees .. degrees; what was outside is black, as in torchvision. */
export const rotate = defineAugmentation({
  name: 'rotate',
  summary: 'Turned about the middle by a random angle',
  options: Type.Object(
    { degrees: Type.Number({ minimum: 0, maximum: 180, default: 180, description: 'Largest angle to either side' }) },
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
