import { type AffineMap, defineAugmentation, definePlugin } from '@gradalign/core';
import { composeAffine } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';

/** Crops and turns that are not drawn, under the names of torchvision's results. */
const fixed = (name: string, step: AffineMap) =>
  defineAugmentation({
    name,
    summary: name,
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({ geometry: (map) => composeAffine(map, step) }),
  });

// torchvision turns the picture against the clock.
const angle = (37 * Math.PI) / 180;
const [cos, sin] = [Math.cos(angle), Math.sin(angle)];

export default definePlugin({
  name: 'fixed',
  items: [
    fixed('crop of 17 x 13 at 3, 5 to 16 x 16, bicubic', { xx: 17 / 24, xy: 0, x0: 3 / 24, yx: 0, yy: 13 / 20, y0: 5 / 20 }),
    fixed('resize to 16 x 16 and turn by 37 degrees, bicubic', {
      ...{ xx: cos, xy: -sin, x0: 0.5 - 0.5 * cos + 0.5 * sin },
      ...{ yx: sin, yy: cos, y0: 0.5 - 0.5 * sin - 0.5 * cos },
    }),
  ],
});
