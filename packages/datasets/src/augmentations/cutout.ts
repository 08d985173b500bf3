import { defineAugmentation } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

/** Fills a rectangle with the mean, with probability p: area uniform within `scale` of the output, aspect ratio log-uniform within `ratio`. */
export const cutout = defineAugmentation({
  name: 'cutout',
  summary: 'Fills a random rectangle with the mean',
  paper: 'Zhong et al., Random Erasing Data Augmentation, AAAI 2020, arXiv 1708.04896',
  options: Type.Object(
    {
      p: Type.Number({ minimum: 0, maximum: 1, default: 0.5 }),
      scale: Type.Array(Type.Number({ exclusiveMinimum: 0, maximum: 1 }), {
        minItems: 2,
        maxItems: 2,
        default: [0.02, 0.33],
        description: 'Smallest and largest share of the area',
      }),
      ratio: Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
        minItems: 2,
        maxItems: 2,
        default: [0.3, 3.3],
        description: 'Smallest and largest width / height',
      }),
    },
    { additionalProperties: false },
  ),
  create({ p, scale: [least = 0.02, most = 0.33], ratio: [narrow = 0.3, wide = 3.3] }) {
    return {
      erase(random) {
        if (!random.chance(p)) return [];
        for (let attempt = 0; attempt < 10; attempt++) {
          const area = random.uniform(least, most);
          const aspect = Math.exp(random.uniform(Math.log(narrow), Math.log(wide)));
          const width = Math.sqrt(area * aspect);
          const height = Math.sqrt(area / aspect);
          if (width >= 1 || height >= 1) continue;
          const left = random.uniform(0, 1 - width);
          const top = random.uniform(0, 1 - height);
          return [{ left, top, right: left + width, bottom: top + height }];
        }
        return [];
      },
    };
  },
});
