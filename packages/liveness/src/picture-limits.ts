import type { FramePicture } from '@gradalign/pixels';
import { type PixelImage, type Rectangle, renderView, withChannels } from '@gradalign/pixels';
import type { JudgmentMeasure } from './judgment.ts';

/** What a picture must have to be judged. Each can be switched off by its neutral value. */
export interface PictureLimits {
  /** Shorter side of the face in pixels; default: three quarters of the network's input. Neutral: 0. */
  readonly size?: number;
  /** Largest share of the face's box beyond the picture's border, 0..1. Neutral: 1. */
  readonly cutOff: number;
  /** Least mean luma of the face, 0..255. Neutral: 0. */
  readonly brightness: number;
  /** Least variance of the Laplacian of the face's luma at 112 x 112. Neutral: 0. */
  readonly sharpness: number;
}

/**
 * Size, brightness and sharpness are those at which a third of what AUC has above 0.5 is gone, on shrunk, darkened and blurred pictures of the recapture
 * benchmark (`npm run bench -- picture-limits`; docs/export.md has the table). Blurred and small attacks pass: measure your own model and camera.
 */
export const defaultLimits: PictureLimits = { cutOff: 0.1, brightness: 38, sharpness: 30 };

/** Of the network's side, for a face's shorter one. */
export const leastSize = 0.75;

/** Side of the view that brightness and sharpness are measured on. */
const side = 112;

/** Measures of a face, and of the first one that misses its limit the reason. */
export interface Measured {
  readonly measures: readonly JudgmentMeasure[];
  readonly reason: string | null;
}

/** Measures the face in `box`, which may reach beyond the picture, in the order size, cut off, brightness, sharpness; ends at the first miss. */
export function measureFace(picture: FramePicture, box: Rectangle, limits: PictureLimits & { readonly size: number }): Measured {
  const measures: JudgmentMeasure[] = [];
  if (!(box.width > 0 && box.height > 0 && Number.isFinite(box.x + box.y + box.width + box.height)))
    return { measures, reason: 'the face that the detector found has no area' };
  const shorter = Math.min(box.width, box.height);
  measures.push({ name: 'size', value: shorter, least: limits.size });
  if (shorter < limits.size)
    return { measures, reason: `the face is too small: ${Math.round(shorter)} pixels on its shorter side, expected at least ${Math.round(limits.size)}` };
  const inside = partInside(picture, box);
  const cutOff = 1 - (inside.width * inside.height) / (box.width * box.height);
  measures.push({ name: 'cutOff', value: cutOff, most: limits.cutOff });
  if (cutOff > limits.cutOff)
    return { measures, reason: `the face is cut off: ${percent(cutOff)} of it lies outside the picture, expected at most ${percent(limits.cutOff)}` };
  const view = lumaOf(picture, inside);
  const brightness = mean(view);
  measures.push({ name: 'brightness', value: brightness, least: limits.brightness });
  if (brightness < limits.brightness)
    return { measures, reason: `the face is too dark: mean brightness ${brightness.toFixed(0)} of 255, expected at least ${limits.brightness}` };
  const sharpness = laplacianVariance(view);
  measures.push({ name: 'sharpness', value: sharpness, least: limits.sharpness });
  const reason = sharpness < limits.sharpness ? `the face is blurred: sharpness ${sharpness.toFixed(1)}, expected at least ${limits.sharpness}` : null;
  return { measures, reason };
}

function partInside({ width, height }: FramePicture, box: Rectangle): Rectangle {
  const [left, top] = [Math.max(0, box.x), Math.max(0, box.y)];
  return { x: left, y: top, width: Math.max(0, Math.min(width, box.x + box.width) - left), height: Math.max(0, Math.min(height, box.y + box.height) - top) };
}

/** [112, 112]. */
function lumaOf(picture: FramePicture, { x, y, width, height }: Rectangle): Uint8Array {
  const image: PixelImage = { ...picture, channels: 3 };
  const data = renderView(image, { xx: width, xy: 0, x0: x, yx: 0, yy: height, y0: y }, side);
  return withChannels({ data, width: side, height: side, channels: 3 }, 1).data as Uint8Array;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** Variance of 4 times a pixel minus its neighbors (Pech-Pacheco et al., ICPR 2000), over pixels with all four. */
function laplacianVariance(luma: Uint8Array): number {
  const values: number[] = [];
  for (let y = 1; y < side - 1; y++)
    for (let i = y * side + 1; i < (y + 1) * side - 1; i++) {
      const [here, left, right, up, down] = [i, i - 1, i + 1, i - side, i + side].map((at) => luma[at] as number) as [number, number, number, number, number];
      values.push(4 * here - left - right - up - down);
    }
  const center = mean(values);
  return mean(values.map((value) => (value - center) ** 2));
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
