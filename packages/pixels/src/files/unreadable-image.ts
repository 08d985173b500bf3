import { UserError } from '../contracts/errors.ts';
import type { ImageSize } from '../view/affine-map.ts';
import { imageKindNames } from './image-kinds.ts';
import { maxPixels } from './pixel-budget.ts';
import { TooSlowError } from './within-seconds.ts';

export const formats = `a ${imageKindNames} file`;

/** One image cannot be read; others may be. */
export class UnreadableImageError extends UserError {
  /** What is wrong with it, without its name: `the file is empty`. */
  readonly reason: string;
  constructor(what: string, is: string, expected: string, options: ErrorOptions = {}) {
    super(`Cannot read image ${what}: ${is}, expected ${expected}`, options);
    this.reason = is;
  }
}

/** An image holds numbers that have no agreed brightness. */
export class UnsupportedValuesError extends Error {}

export const otherChannels = 'it has other channels than color and alpha';

/** With square pixels an image would be too large. */
export class StretchedTooFarError extends Error {}

export function tooLarge(path: string, { width, height }: ImageSize): UnreadableImageError {
  const millions = (pixels: number) => Math.round(pixels / 1e6);
  return new UnreadableImageError(
    path,
    `the image is too large: ${width} x ${height} are ${millions(width * height)} million pixels, more than the limit of ${millions(maxPixels)} million`,
    'a smaller one',
  );
}

/** libvips looks at the clock on its own, to stop what nobody waits for. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && /timeout/i.test(error.message);
}

/** Sound files of which libvips says that they are damaged. */
const unsupportedByLibvips: readonly (readonly [RegExp, string])[] = [
  [/samples out of range/, 'its values have 64 bits, or it has too many channels'],
  [/bad labq format/, 'it is in Lab with 8 bits'],
];

/** An error of libvips, in clearer words where we have them. */
export function explained(path: string, error: Error, isSequence: boolean): UnreadableImageError {
  const said = error.message.replaceAll(/\s+/g, ' ').trim();
  if (/unsupported image format/.test(said) && isSequence)
    return new UnreadableImageError(
      path,
      'it is a sequence of pictures without a still one, which is not read',
      'a still picture, or a video (ffmpeg -i a.avif a.mp4)',
      { cause: error },
    );
  if (/unsupported image format/.test(said)) return new UnreadableImageError(path, 'its content is of no known image format', formats, { cause: error });
  const unsupported = error instanceof UnsupportedValuesError ? error.message : unsupportedByLibvips.find(([pattern]) => pattern.test(said))?.[1];
  if (unsupported !== undefined)
    return new UnreadableImageError(path, unsupported, '8 or 16 bits, or 32-bit floats of 0..1 or 0..255, in gray or RGB: nothing is clipped', {
      cause: error,
    });
  if (error instanceof StretchedTooFarError)
    return new UnreadableImageError(path, error.message, `at most ${Math.round(maxPixels / 1e6)} million pixels`, { cause: error });
  if (/exceeds pixel limit/.test(said))
    return new UnreadableImageError(path, 'the image is too large', `at most ${Math.round(maxPixels / 1e6)} million pixels`, { cause: error });
  if (error instanceof TooSlowError || isTimeout(error))
    return new UnreadableImageError(path, 'decoding it takes too long (a picture has 20 seconds)', 'an ordinary image', { cause: error });
  return new UnreadableImageError(path, `the file is damaged (${said})`, `${formats} that is whole`, { cause: error });
}
