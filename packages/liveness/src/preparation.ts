import type { ModelMetadata } from '@gradalign/model-format';
import type { CropConvention } from '@gradalign/pixels';
import { cannot, type PixelAspect } from '@gradalign/pixels';

/** How a face becomes a crop. */
export interface CropMaking {
  readonly whole: false;
  readonly convention: CropConvention;
  readonly detect: boolean;
  /** Of JPEG files that crops were saved as, 1..100; undefined: they lost nothing. */
  readonly jpegQuality: number | undefined;
}

/** How a picture becomes a crop; `whole`: it is one already. */
export type Cropping = { readonly whole: true } | CropMaking;

/**
 * How the model's training data were cropped.
 *
 * @throws UserError where the record is damaged, or sources were not cropped alike
 */
export function croppingOf({ preparation }: ModelMetadata): Cropping {
  if (preparation === null) return { whole: true };
  if (typeof preparation['differs'] === 'string')
    throw cannot('crop pictures as the model was trained', preparation['differs'], 'cropped: true, with crops made in the way that you choose');
  const { name, size, margin, square, align } = (preparation['crop'] ?? {}) as Readonly<Record<string, unknown>>;
  const isSound =
    Number.isInteger(size) &&
    (size as number) >= 8 &&
    (size as number) <= 4096 &&
    typeof margin === 'number' &&
    margin > -0.9 &&
    margin <= 10 &&
    typeof square === 'boolean' &&
    (align === 'none' || align === 'eyes');
  if (!isSound) throw cannot('load the model', "its metadata do not say how faces are cropped ('preparation.crop' is damaged)", 'what gradalign export writes');
  const [, quality] = /^jpeg (\d+)$/.exec(String(preparation['format'])) ?? [];
  return {
    whole: false,
    convention: { name: String(name), size: size as number, margin, square, align, source: 'metadata of the model' },
    detect: preparation['faces'] !== 'none',
    jpegQuality: quality === undefined ? undefined : Math.min(100, Math.max(1, Number(quality))),
  };
}

/** What preparation did to pixels that are not square. */
export function pixelAspectFor({ preparation }: ModelMetadata): PixelAspect {
  return preparation?.['pixelAspect'] === 'keep' ? 'keep' : 'correct';
}
