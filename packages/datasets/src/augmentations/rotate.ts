import { cannot, defineAugmentation } from '@gradalign/core';
import { composeAffine } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';

/**
 * Rotates about the center of the view by an angle uniform in -degrees .. degrees. Outside the view before it the result is black (`outside: crop`), as in a
 * chain of torchvision's transforms, where rotation sees nothing but the crop: at 180 degrees 11.7 % of the pixels in the mean. `outside: source` shows
 * what the image has there, and black only beyond the image itself; crop and rotation are then read in one bilinear pass, so that a bicubic rotation, and
 * one after a crop that is read by bicubic or bilinear-antialias (its own option or `data.image.interpolation`), is refused when the experiment is read.
 */
export const rotate = defineAugmentation({
  name: 'rotate',
  summary: 'Rotates the view about its center by a random angle',
  options: Type.Object(
    {
      degrees: Type.Number({ minimum: 0, maximum: 180, default: 180, description: 'Largest angle in either direction' }),
      outside: Type.Unsafe<'crop' | 'source'>({
        type: 'string',
        enum: ['crop', 'source'],
        default: 'crop',
        formerly: 'source',
        description: 'What is seen beyond the borders of the crop before it: black (crop), or what the image has there (source)',
      }),
      interpolation: Type.Optional(
        Type.Unsafe<'bilinear' | 'bicubic'>({
          type: 'string',
          enum: ['bilinear', 'bicubic'],
          description: "bicubic: a pass of its own over the 8-bit view, as torchvision's on PIL images. Default: that of data.image",
        }),
      ),
    },
    { additionalProperties: false },
  ),
  create({ degrees, outside, interpolation }) {
    if (outside === 'source' && interpolation === 'bicubic')
      throw cannot(
        'use rotate',
        "outside is 'source' and interpolation 'bicubic'",
        'outside: crop, or interpolation: bilinear: what lies beyond the crop is seen in one pass only',
        {
          exitCode: 2,
        },
      );
    const read = outside === 'source' ? 'bilinear' : interpolation;
    return {
      ...(read === undefined ? {} : { interpolation: read }),
      clips: outside === 'crop',
      geometry(map, _, random) {
        const angle = (random.uniform(-degrees, degrees) * Math.PI) / 180;
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        return composeAffine(map, { xx: cos, xy: -sin, x0: 0.5 - 0.5 * cos + 0.5 * sin, yx: sin, yy: cos, y0: 0.5 - 0.5 * sin - 0.5 * cos });
      },
    };
  },
});
