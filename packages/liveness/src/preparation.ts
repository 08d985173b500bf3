import { cannot } from '@gradalign/core/pixels';
import type { CropConvention } from '@gradalign/datasets/cropping';
import type { ModelMetadata } from '@gradalign/model-format';

/** How a picture becomes a crop; `whole`: it is one already. */
export type Cropping = { readonly whole: true } | { readonly whole: false; readonly convention: CropConvention; readonly detect: boolean };

/**
 * How the model's training data were cropped.
 *
 * @throws UserError where the record is damaged
 */
export function croppingOf({ preparation }: ModelMetadata): Cropping {
  if (preparation === null) return { whole: true };
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
  const convention: CropConvention = { name: String(name), size: size as number, margin, square, align, source: 'metadata of the model' };
  return { whole: false, convention, detect: preparation['faces'] !== 'none' };
}
