import { cannot, suggestion } from '@gradalign/core';
import type { CropConvention } from '@gradalign/pixels';

export type { CropConvention } from '@gradalign/pixels';

/**
 * Conventions of published work. Where a source leaves something open, `source` says what is done here. In all of them the box is clipped to the frame
 * first; what a margin or an alignment adds beyond the frame is black; the image is resampled once, by one affine map.
 */
/** The published crop conventions, by name. */
export const cropConventions: readonly CropConvention[] = [
  {
    name: 'safas',
    size: 224,
    margin: 0,
    square: false,
    align: 'none',
    source:
      'SAFAS (Sun et al., CVPR 2023), preposess.py, and the released GAC-FAS code: MTCNN box, cut at the frame, tight, not aligned; networks get 224 x 224',
  },
  {
    name: 'ssdg',
    size: 256,
    margin: 0,
    square: true,
    align: 'eyes',
    source: "SSDG (Jia et al., CVPR 2020): MTCNN, aligned, 256 x 256; its eye positions are not published, ArcFace's are taken",
  },
  {
    name: 'flip',
    size: 224,
    margin: 0,
    square: true,
    align: 'eyes',
    source: 'FLIP (Srivatsan et al., ICCV 2023) and few-shot FAS (Huang et al., ECCV 2022): MTCNN, aligned, 224 x 224; eye positions as for ssdg',
  },
  {
    name: 'gd-fas',
    size: 224,
    margin: 0.6,
    square: true,
    align: 'none',
    source: 'GD-FAS (CVPR 2025): box with padding 0.6, every 5th frame; taken as 1.6 times the longer side',
  },
  {
    name: 'iadg',
    size: 256,
    margin: 0.7,
    square: true,
    align: 'none',
    source:
      'IADG (Zhou et al., CVPR 2023), DG_dataset.py: longer side x 1.7, 256 x 256 (there the shorter side grows to the right or down only, and the frame cuts)',
  },
  {
    name: 'ssan',
    size: 256,
    margin: 0.3,
    square: false,
    align: 'none',
    source: 'SSAN (Wang et al., CVPR 2022), Load_*_valtest.py: box x 1.3, stretched to 256 x 256',
  },
];

/** What to change about a convention; absent properties stay. */
export interface CropOverrides {
  readonly size?: number;
  readonly margin?: number;
  readonly square?: boolean;
  readonly align?: 'none' | 'eyes';
}

/**
 * A published convention by name, with changes.
 *
 * @throws UserError with exit code 2 where the name is unknown, the size is not 8 to 4096, or the margin is not -0.9 to 10
 */
export function cropConvention(name: string, { size, margin, square, align }: CropOverrides = {}): CropConvention {
  const names = cropConventions.map((convention) => convention.name);
  const found = cropConventions.find((convention) => convention.name === name);
  if (!found) throw cannot(`crop as '${name}'`, 'there is no such convention', `${names.join(', ')}${suggestion(name, names)}`, { exitCode: 2 });
  const whole = { ...found, size: size ?? found.size, margin: margin ?? found.margin, square: square ?? found.square, align: align ?? found.align };
  if (!Number.isInteger(whole.size) || whole.size < 8 || whole.size > 4096)
    throw cannot(`crop as '${name}'`, `the size is ${whole.size}`, 'a whole number of pixels from 8 to 4096', { exitCode: 2 });
  if (!(whole.margin > -0.9 && whole.margin <= 10))
    throw cannot(`crop as '${name}'`, `the margin is ${whole.margin}`, 'a share of the box from -0.9 to 10 (0.3 for 1.3 times the box)', { exitCode: 2 });
  return whole;
}
