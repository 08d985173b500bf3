import { defineAugmentation, type Interpolation, interpolations } from '@gradalign/core';
import { composeAffine } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';

/**
 * A random part of the image, resized to the output, with torchvision's semantics: area uniform within `scale` of the image, aspect ratio
 * log-uniform within `ratio`; after ten tries that do not fit, the largest centered part with an allowed ratio.
 */
export const randomResizedCrop = defineAugmentation({
  name: 'random-resized-crop',
  summary: 'A random part of the image, resized to the output',
  options: Type.Object(
    {
      scale: Type.Array(Type.Number({ exclusiveMinimum: 0, maximum: 1 }), {
        minItems: 2,
        maxItems: 2,
        default: [0.08, 1],
        description: 'Smallest and largest share of the area',
      }),
      ratio: Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
        minItems: 2,
        maxItems: 2,
        default: [3 / 4, 4 / 3],
        description: 'Smallest and largest width / height',
      }),
      interpolation: Type.Optional(
        Type.Unsafe<Interpolation>({
          type: 'string',
          enum: [...interpolations],
          description: "Of the crop and its resizing; bicubic and bilinear-antialias are torchvision's. Default: that of data.image",
        }),
      ),
    },
    { additionalProperties: false },
  ),
  create({ scale: [least = 0.08, most = 1], ratio: [narrow = 3 / 4, wide = 4 / 3], interpolation }) {
    return {
      ...(interpolation === undefined ? {} : { interpolation }),
      geometry(map, { width, height }, random) {
        for (let attempt = 0; attempt < 10; attempt++) {
          const area = width * height * random.uniform(least, most);
          const aspect = Math.exp(random.uniform(Math.log(narrow), Math.log(wide)));
          const w = Math.sqrt(area * aspect) / width;
          const h = Math.sqrt(area / aspect) / height;
          if (w <= 1 && h <= 1) return composeAffine(map, part(random.uniform(0, 1 - w), random.uniform(0, 1 - h), w, h));
        }
        const aspect = Math.min(wide, Math.max(narrow, width / height));
        const w = Math.min(1, (height * aspect) / width);
        const h = Math.min(1, width / aspect / height);
        return composeAffine(map, part((1 - w) / 2, (1 - h) / 2, w, h));
      },
    };
  },
});

/** The part of the unit square that starts at (x, y). */
function part(x: number, y: number, width: number, height: number) {
  return { xx: width, xy: 0, x0: x, yx: 0, yy: height, y0: y };
}
