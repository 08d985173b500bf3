import { createRandom, defineAugmentation, type PixelImage } from '@gradalign/core';
import { type Static, Type } from '@sinclair/typebox';
import { compress } from '../recapture/compress.ts';
import { lightWithin } from '../recapture/image/light-within.ts';
import { drawRecapture, type RecaptureKind, rangeProperties, rangesFrom } from '../recapture/options/recapture-ranges.ts';
import { sideAndQuality } from '../recapture/options/side-and-quality.ts';
import { recapture as recaptured } from '../recapture/recapture.ts';

const own = {
  kind: Type.Unsafe<RecaptureKind | 'both'>({
    type: 'string',
    enum: ['print', 'replay', 'both', 'live'],
    default: 'both',
    description: 'What is held in front of the camera; both: either at random; live: nothing, only the camera',
  }),
  p: Type.Number({ minimum: 0, maximum: 1, default: 1, description: 'Probability' }),
  ...sideAndQuality,
};

/** Prints the image or shows it on a display, and photographs it again: docs/recapture.md explains each parameter. */
export const recapture = defineAugmentation({
  name: 'recapture',
  summary: 'Print or replay, photographed again: an attack made from a live face',
  options: Type.Unsafe<Static<ReturnType<typeof Type.Object<typeof own>>> & Readonly<Record<string, unknown>>>(
    Type.Object({ ...own, ...rangeProperties }, { additionalProperties: false }),
  ),
  create({ kind, p, side, quality, ...options }) {
    const ranges = rangesFrom(options);
    const [lowest, highest] = quality as unknown as [number, number];
    return {
      async pixels(image, random) {
        if (!random.chance(p)) return image;
        const key = random.integer(2 ** 32);
        const part = (name: string) => createRandom(['recapture', key, name]);
        const shown = kind === 'both' ? part('kind').pick(['print', 'replay'] as const) : kind;
        const light = lightWithin(image, side);
        const parameters = drawRecapture(shown, ranges, Math.max(light.width, light.height), part);
        const picture = recaptured(light, parameters, { instrument: part('sheet'), noise: part('noise') });
        const finished = await compress(picture, part('file').uniform(lowest, highest));
        return image.channels === 1 ? lumaOf(finished) : finished;
      },
    };
  },
});

/** ITU-R BT.601, as decoding to one channel has it. */
function lumaOf({ data, width, height }: PixelImage): PixelImage {
  const luma = Uint8Array.from(
    { length: width * height },
    (_, i) => (19595 * (data[3 * i] as number) + 38470 * (data[3 * i + 1] as number) + 7471 * (data[3 * i + 2] as number) + 32768) >> 16,
  );
  return { data: luma, width, height, channels: 1 };
}
