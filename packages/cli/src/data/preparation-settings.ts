import type { CropFormat, CropOverrides, PrepareOptions } from '@gradalign/datasets';
import type { OptionReader } from '../options/option-reader.ts';

/** Options of `gradalign data prepare` that say which crops are made. */
export interface PreparationOptions {
  readonly frames: string;
  readonly faces: string;
  readonly detector: string;
  readonly minScore: string;
  readonly crop: string;
  readonly margin?: string;
  readonly square?: boolean;
  readonly align?: string;
  readonly size?: string;
  readonly pixelAspect: string;
  readonly format: string;
  readonly quality: string;
  readonly workers: string;
}

export interface PreparationSettings extends Pick<PrepareOptions, 'frames' | 'faces' | 'convention' | 'format' | 'pixelAspect'> {
  /** Clips at the same time, 0 to 512. */
  readonly workers: number;
  readonly network: 'ssd' | 'tiny';
  /** Detected faces with a lower score do not count; 0 to 1. */
  readonly minimumScore: number;
}

export async function readPreparationSettings(options: PreparationOptions, { choice, number, wholeNumber }: OptionReader): Promise<PreparationSettings> {
  const { cropConvention, faceModes, parseFrameChoice } = await import('@gradalign/datasets');
  const overrides: CropOverrides = {
    ...(options.size === undefined ? {} : { size: wholeNumber('size', options.size, { least: 8, most: 4096 }) }),
    ...(options.margin === undefined ? {} : { margin: number('margin', options.margin, { least: -0.9, most: 10 }) }),
    ...(options.square === undefined ? {} : { square: options.square }),
    ...(options.align === undefined ? {} : { align: choice('align', options.align, ['none', 'eyes']) }),
  };
  const format: CropFormat = {
    kind: choice('format', options.format, ['jpeg', 'png']),
    quality: wholeNumber('quality', options.quality, { least: 1, most: 100 }),
  };
  return {
    frames: parseFrameChoice(options.frames),
    faces: choice('faces', options.faces, faceModes),
    convention: cropConvention(options.crop, overrides),
    format,
    pixelAspect: choice<'correct' | 'keep'>('pixel-aspect', options.pixelAspect, ['correct', 'keep']),
    workers: wholeNumber('workers', options.workers, { least: 0, most: 512 }),
    network: choice('detector', options.detector, ['ssd', 'tiny']),
    minimumScore: number('min-score', options.minScore, { least: 0, most: 1 }),
  };
}
