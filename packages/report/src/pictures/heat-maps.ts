import { type Explanation, explainImages, type ImageSource, type LoadOptions, openTrainedRun, silentReporter } from '@gradalign/core';
import sharp from 'sharp';
import type { WrongSample } from './worst-errors.ts';

/** Where the network looked in a picture. */
export interface HeatMap {
  /** JPEG as a data URL: the picture in gray, as the network saw it, what spoke for the wrong decision in color. */
  readonly url: string;
  /** `upper left`: where it is strongest; undefined where nothing in the picture spoke for it. */
  readonly strongest?: string;
}

/** Heat maps of samples; or why there are none. */
export interface HeatMaps {
  find(sample: WrongSample): HeatMap | undefined;
  readonly problem?: string;
}

/** Side of a heat map in pixels. */
const side = 144;

/**
 * What spoke for live in attacks that passed, and for an attack in people who were refused (Grad-CAM), with the weights that scored them. Loads the engine.
 * Never throws: what cannot be made is missing, and says why.
 */
export async function loadHeatMaps(
  runFolder: string,
  pictures: readonly { readonly sample: WrongSample; readonly image: ImageSource }[],
  options: LoadOptions,
): Promise<HeatMaps> {
  const found = new Map<WrongSample, HeatMap>();
  const find = (sample: WrongSample) => found.get(sample);
  if (pictures.length === 0) return { find };
  try {
    await using run = await openTrainedRun(runFolder, { ...options, reporter: silentReporter, withoutData: true });
    const explained = await explainImages(
      run,
      pictures.map(({ sample, image }) => ({ image, evidence: sample.bonaFide ? -1 : 1 })),
    );
    if ('error' in explained) return { find, problem: explained.error };
    for (const [i, { sample }] of pictures.entries()) {
      const explanation = explained[i];
      if (explanation) found.set(sample, await drawHeatMap(explanation));
    }
    return { find };
  } catch (error) {
    return { find, problem: (error as Error).message.split('\n')[0] as string };
  }
}

/** Gray picture under colors whose opacity grows with the heat. */
export async function drawHeatMap({ pixels, size, channels, map, height, width }: Explanation): Promise<HeatMap> {
  const gray = await sharp(pixels, { raw: { width: size, height: size, channels } })
    .resize(side, side)
    .grayscale()
    .raw()
    .toBuffer();
  const heat = await sharp(
    Uint8Array.from(map, (value) => Math.round(255 * value)),
    { raw: { width, height, channels: 1 } },
  )
    .resize(side, side, { kernel: 'cubic' })
    .extractChannel(0)
    .raw()
    .toBuffer();
  const blended = new Uint8Array(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    const share = (heat[i] ?? 0) / 255;
    const color = colorOf(share);
    for (let channel = 0; channel < 3; channel++)
      blended[3 * i + channel] = (1 - 0.8 * share) * (gray[i] ?? 0) * 0.8 + 0.8 * share * (color[channel] as number);
  }
  const jpeg = await sharp(blended, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: 72 })
    .toBuffer();
  const strongest = placeOf(map, height, width);
  return { url: `data:image/jpeg;base64,${jpeg.toString('base64')}`, ...(strongest === undefined ? {} : { strongest }) };
}

/** From dark violet to light yellow: lightness alone tells little from much. */
const ramp = [
  [66, 10, 104],
  [147, 38, 103],
  [221, 81, 58],
  [252, 165, 10],
  [252, 255, 164],
] as const;

function colorOf(share: number): number[] {
  const at = share * (ramp.length - 1);
  const [low, high] = [ramp[Math.floor(at)], ramp[Math.ceil(at)]] as [readonly number[], readonly number[]];
  return low.map((value, i) => value + (at - Math.floor(at)) * ((high[i] as number) - value));
}

function placeOf(map: Float32Array, height: number, width: number): string | undefined {
  let brightest = 0;
  for (let i = 1; i < map.length; i++) if ((map[i] as number) > (map[brightest] as number)) brightest = i;
  if (!((map[brightest] ?? 0) > 0)) return undefined;
  const third = (position: number) => Math.min(2, Math.floor(3 * position));
  const row = ['upper', 'middle', 'lower'][third((Math.floor(brightest / width) + 0.5) / height)];
  const column = ['left', 'center', 'right'][third(((brightest % width) + 0.5) / width)];
  return row === 'middle' && column === 'center' ? 'center' : `${row} ${column}`;
}
