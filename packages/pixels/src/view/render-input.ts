import type { Interpolation, PixelImage } from '../contracts/pixel-image.ts';
import { createImagePyramid } from './image-pyramid.ts';
import { renderPlan } from './render-plan.ts';
import { planView } from './view-plan.ts';
import { withChannels } from './with-channels.ts';

/** What a network takes: `data.image` of an experiment. */
export interface InputShape {
  /** Side in pixels. */
  readonly size: number;
  readonly channels: 1 | 3;
  readonly interpolation: Interpolation;
}

/** The whole image as a network's input before normalization, [size, size, channels] in 0..255: what the training loader makes without augmentation. */
export async function renderInput(image: PixelImage, { size, channels, interpolation }: InputShape): Promise<Float32Array> {
  const source = withChannels(image, channels);
  const values = new Float32Array(size * size * channels);
  // (value / 255 - 0) / (1 / 255) leaves 0..255 unchanged.
  const plain = { mean: Array.from({ length: channels }, () => 0), std: Array.from({ length: channels }, () => 1 / 255) };
  await renderPlan(createImagePyramid(source), planView([], source, { size, channels, interpolation }), plain, size, values, 0);
  return values;
}
