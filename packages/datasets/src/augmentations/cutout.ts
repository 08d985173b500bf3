import { defineAugmentation, type ErasedPart, type Random } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

const oneOf = <const V extends readonly string[]>(values: V, description: string) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: [...values], default: values[0], description });

/**
 * Fills a rectangle, with probability p. By default as random erasing does (Zhong et al.): area uniform within `scale` of the view, aspect ratio log-uniform
 * within `ratio`, wholly inside, filled with the mean of `data.image`.
 *
 * `share: uniform, place: clipped, fill: region-mean` is the cutout of the released GAC-FAS code: a square of side floor(size √(1 - λ)), λ uniform in 0..1,
 * whose middle is uniform over the view and which the border cuts off, so that 32 % of the view are covered in the mean, each channel by the mean of what is covered.
 */
export const cutout = defineAugmentation({
  name: 'cutout',
  summary: 'Fills a random rectangle with a mean or a value',
  paper:
    'Zhong et al., Random Erasing Data Augmentation, AAAI 2020, arXiv 1708.04896; DeVries and Taylor, Improved Regularization of Convolutional Neural Networks with Cutout, 2017, arXiv 1708.04552',
  options: Type.Object(
    {
      p: Type.Number({ minimum: 0, maximum: 1, default: 0.5 }),
      share: oneOf(['scale', 'uniform'] as const, 'Share of the area: uniform within scale, with a side ratio within ratio; or uniform in 0..1, a square'),
      place: oneOf(
        ['inside', 'clipped'] as const,
        'inside: anywhere in the view as a whole; clipped: its middle is anywhere in the view, and the border cuts it off',
      ),
      fill: oneOf(
        ['mean', 'region-mean', 'value'] as const,
        'mean: that of data.image; region-mean: that of the pixels it covers, by channel; value: the option value',
      ),
      value: Type.Number({ minimum: 0, maximum: 1, default: 0, description: 'Of every channel where fill is value, before normalization; 0: black' }),
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
  create({ p, share, place, fill, value, scale: [least = 0.02, most = 0.33], ratio: [narrow = 0.3, wide = 3.3] }) {
    const filled = fill === 'mean' ? {} : { fill: fill === 'value' ? value : fill };
    /** Width and height in 0..1; undefined where they do not fit after ten draws. */
    const draw = (random: Random, size: number): { readonly width: number; readonly height: number } | undefined => {
      if (share === 'uniform') {
        const side = Math.floor(size * Math.sqrt(1 - random.uniform())) / size;
        return { width: side, height: side };
      }
      for (let attempt = 0; attempt < 10; attempt++) {
        const area = random.uniform(least, most);
        const aspect = Math.exp(random.uniform(Math.log(narrow), Math.log(wide)));
        const width = Math.sqrt(area * aspect);
        const height = Math.sqrt(area / aspect);
        if (place === 'clipped' || (width < 1 && height < 1)) return { width, height };
        // Drawn anew, so that shares and ratios are those of random erasing.
      }
      return undefined;
    };
    const erased = (random: Random, size: number): readonly ErasedPart[] => {
      if (!random.chance(p)) return [];
      const drawn = draw(random, size);
      if (!drawn) return [];
      const { width, height } = drawn;
      if (place === 'inside') {
        const left = random.uniform(0, 1 - width);
        const top = random.uniform(0, 1 - height);
        return [{ left, top, right: left + width, bottom: top + height, ...filled }];
      }
      return [{ ...clipped('left', 'right', width, random.integer(size), size), ...clipped('top', 'bottom', height, random.integer(size), size), ...filled }];
    };
    return { erase: erased };
  },
});

/** From half the length before the middle pixel to half after it, within the view. */
function clipped<A extends string, B extends string>(from: A, to: B, length: number, middle: number, size: number): Record<A | B, number> {
  const half = Math.floor(Math.round(length * size) / 2);
  return { [from]: Math.max(0, middle - half) / size, [to]: Math.min(size, middle + half) / size } as Record<A | B, number>;
}
