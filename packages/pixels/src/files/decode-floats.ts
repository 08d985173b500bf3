import type { Sharp } from 'sharp';
import type { PixelImage } from '../contracts/pixel-image.ts';
import { otherChannels, UnsupportedValuesError } from './unreadable-image.ts';

/** A decoded image, and what was done to its pixels. */
export interface Decoded {
  readonly image: PixelImage;
  readonly changes?: readonly string[];
}

/** A value this far beyond 1 is a rounding error. */
const rounding = 1e-3;
/** Images of 0..255 are brighter somewhere; below it they may be meters, say. */
const least255 = 16;

/** Values from 0 to 1 are black to white; those up to 255 are taken as 8 bits and rounded. Others are refused: nothing is clipped. */
export async function decodeFloats(whole: Sharp, space: string): Promise<Decoded> {
  // libvips takes gray floats of 16 bits for integers: every value becomes 0.
  if (space === 'grey16') throw new UnsupportedValuesError('its values are 16-bit floats');
  const opaque = whole.removeAlpha();
  // It takes floats in color for linear light, clips them at 1 and adds a gamma, unless they are asked for as they are.
  const { data, info } = await (space === 'scrgb' ? opaque.toColorspace(space) : opaque).raw({ depth: 'float' }).toBuffer({ resolveWithObject: true });
  const count: number = info.channels;
  if (count !== 1 && count !== 3) throw new UnsupportedValuesError(otherChannels);
  const values = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) throw new UnsupportedValuesError(`its values are floats, ${value} among them`);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const unit = low >= -rounding && high <= 1 + rounding;
  if (!unit && !(low >= 0 && high <= 255 && high >= least255)) throw new UnsupportedValuesError(`its values are floats from ${short(low)} to ${short(high)}`);
  const factor = unit ? 255 : 1;
  const pixels = Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value * factor))));
  const changes = [unit ? 'floats 0..1 scaled to 0..255' : 'floats 0..255 rounded'];
  return { image: { data: pixels, width: info.width, height: info.height, channels: count }, changes };
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
