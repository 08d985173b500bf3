import type { Random } from '@gradalign/core';
import { createImage, type LinearImage, type Rgb } from './image/linear-image.ts';
import { resample } from './image/resample.ts';
import { type SubPixelLayout, samplesPerPixel, subPixelTile } from './sub-pixels.ts';

/** How an image is shown on a display. */
export interface ReplayParameters {
  readonly layout: SubPixelLayout;
  /** Display pixels per image pixel, along a side. 0.5 to 2: moiré appears as the camera's pixels approach the display's in size. 1 is neutral. */
  readonly pixels: number;
  /** How far the light comes from sub-pixels. 0 (neutral) to 1; published moiré blends 0.01 to 0.3. */
  readonly subPixels: number;
  /** How dark the grid between the sub-pixels is. 0 as bright as they are, 1 (neutral) black. Scaled by `subPixels`. */
  readonly blackMatrix: number;
  /** Exponent on linear light: 1 (neutral) to 1.4 for a display that is set darker than the picture was made for, 0.8 for a paler one. */
  readonly gamma: number;
  /** Light of a black pixel as a share of white's. 0 (neutral, OLED) to 0.05 for an LCD in a bright room. */
  readonly blackLevel: number;
  /** Warmth of white: -1 bluish (about 9,000 K), 0 neutral, 1 reddish (night mode). */
  readonly warmth: number;
  /** Strongest reflection in the glass, as a share of white. 0 (neutral) to 0.2. */
  readonly glare: number;
  /** Depth of the dark bands from a rolling shutter on a flickering display. 0 (neutral) to 0.15. */
  readonly banding: number;
  /** Bands across the picture's height, 1 to 10. */
  readonly bands: number;
}

export const neutralReplay: ReplayParameters = {
  layout: 'rgb',
  pixels: 1,
  subPixels: 0,
  blackMatrix: 1,
  gamma: 1,
  blackLevel: 0,
  warmth: 0,
  glare: 0,
  banding: 0,
  bands: 3,
};

/**
 * The light of the display, three samples along a side of each pixel: enough to resolve sub-pixels, so that the camera aliases them to moiré.
 * The positions of glare and bands are drawn from `random`.
 */
export function replay(picture: LinearImage, parameters: ReplayParameters, random: Random): LinearImage {
  const { layout, pixels, subPixels, gamma, blackLevel, banding, bands } = parameters;
  const shown = resample(picture, Math.round(picture.width * pixels), Math.round(picture.height * pixels));
  const white = displayWhite(parameters.warmth);
  for (let i = 0; i < shown.data.length; i++) {
    const value = Math.min(1, Math.max(0, shown.data[i] as number));
    shown.data[i] = (white[i % 3] as number) * (blackLevel + (1 - blackLevel) * (gamma === 1 ? value : value ** gamma));
  }
  const tile = subPixelTile(layout, subPixels, parameters.blackMatrix);
  const out = createImage(shown.width * samplesPerPixel, shown.height * samplesPerPixel);
  const glare = glareOf(parameters.glare, out, random);
  const phase = random.uniform(0, 2 * Math.PI);
  for (let y = 0; y < out.height; y++) {
    const dimmed = 1 - banding * (0.5 + 0.5 * Math.sin((2 * Math.PI * bands * y) / out.height + phase));
    const pixelRow = Math.floor(y / samplesPerPixel) * shown.width;
    const tileRow = (y % tile.side) * tile.side;
    for (let x = 0; x < out.width; x++) {
      const from = 3 * (pixelRow + Math.floor(x / samplesPerPixel));
      const gain = 3 * (tileRow + (x % tile.side));
      const to = 3 * (y * out.width + x);
      const mirrored = glare(x, y);
      out.data[to] = (shown.data[from] as number) * (tile.gains[gain] as number) * dimmed + mirrored;
      out.data[to + 1] = (shown.data[from + 1] as number) * (tile.gains[gain + 1] as number) * dimmed + mirrored;
      out.data[to + 2] = (shown.data[from + 2] as number) * (tile.gains[gain + 2] as number) * dimmed + mirrored;
    }
  }
  return out;
}

function displayWhite(warmth: number): Rgb {
  return [1 + 0.08 * warmth, 1, 1 - 0.16 * warmth];
}

/** Reflections of a lamp and the room in the glass: a round spot and a faint gradient. Separable, so that a pixel takes one product. */
function glareOf(glare: number, { width, height }: LinearImage, random: Random): (x: number, y: number) => number {
  const center = [random.uniform(0.1, 0.9), random.uniform(0.1, 0.9)] as const;
  const radius = random.uniform(0.12, 0.35);
  const slope = random.uniform(0, 0.5);
  const bell = (length: number, middle: number) => Float32Array.from({ length }, (_, i) => Math.exp(-0.5 * ((i / length - middle) / radius) ** 2));
  const across = bell(width, center[0]);
  const down = bell(height, center[1]);
  return (x, y) => glare * ((across[x] as number) * (down[y] as number) * (1 - slope) + slope * (1 - y / height));
}
