import type { Random } from '@gradalign/core';
import { createScreen, inkAngles, inked, type ScreenShape, thresholdAt } from './halftone.ts';
import { createImage, type LinearImage } from './image/linear-image.ts';
import { type NoiseTexture, noiseAt, noiseTexture } from './image/noise-texture.ts';
import { resample } from './image/resample.ts';
import { absorption, overprint, type PressName, presses, separate, spreadInk } from './press.ts';

/** How a photograph is printed. Lengths are in pixels of the photograph. */
export interface PrintParameters {
  readonly press: PressName;
  /** How far the inks are those of the press rather than ideal ones. 0 (neutral) to 1. */
  readonly gamut: number;
  /** Growth of a dot at half coverage. 0 (neutral) to 0.3; offset on coated paper has about 0.14 (ISO 12647-2), newsprint 0.26. */
  readonly dotGain: number;
  readonly screen: ScreenShape;
  /** How far tones are rendered by dots. 0 (neutral) to 1; published augmentations blend 0.01 to 0.4. */
  readonly halftone: number;
  /** Distance between dots. About 2 to 8: an A4 portrait screened at 30 to 100 lines per inch, photographed so that its face fills 100 pixels. */
  readonly period: number;
  /** Angle of the black screen, radians. 0 to pi / 2; 45 degrees is usual. */
  readonly angle: number;
  /** Color of the paper: 0 neutral white, 1 yellowed newsprint, -1 bluish with brightener. */
  readonly yellowness: number;
  /** Standard deviation of the paper's fibers as a share of its white. 0 (neutral) to 0.1. */
  readonly grain: number;
  /** Strongest reflection in the sheet's surface. 0 (neutral) to 0.2: published reflections blend 0.01 to 0.2. */
  readonly gloss: number;
}

export const neutralPrint: PrintParameters = {
  press: 'ideal',
  gamut: 0,
  dotGain: 0,
  screen: 'round',
  halftone: 0,
  period: 4,
  angle: Math.PI / 4,
  yellowness: 0,
  grain: 0,
  gloss: 0,
};

/** Width of a dot's soft edge as a share of the tone scale: ink spreads into the fibers. */
const dotEdge = 0.25;

let fibers: NoiseTexture | undefined;

/**
 * The sheet, flat and evenly lit, with `density` samples per pixel of the photograph: enough to resolve the dots, so that the camera blurs them.
 * The positions of the paper's fibers and of the reflection are drawn from `random`.
 */
export function print(photograph: LinearImage, parameters: PrintParameters, random: Random, density = 2): LinearImage {
  const { press: pressName, gamut, dotGain, halftone, period, angle, grain, gloss } = parameters;
  const press = presses[pressName];
  const absorbed = absorption(press, gamut);
  const sheet = resample(photograph, photograph.width * density, photograph.height * density);
  const screens = inkAngles.map((inkAngle) => createScreen(parameters.screen, period * density, angle + inkAngle));
  const [cyan, magenta, yellow, black] = screens as [(typeof screens)[0], (typeof screens)[0], (typeof screens)[0], (typeof screens)[0]];
  const white = paperWhite(parameters.yellowness);
  const shine = glossOf(gloss, random);
  fibers ??= noiseTexture('fibres', { side: 256, cells: [64, 32], octaves: 3, persistence: 0.8 });
  const fiberX = random.uniform(0, 256);
  const fiberY = random.uniform(0, 256);
  const areas = new Float64Array(4);
  const light = new Float64Array(3);
  const out = createImage(sheet.width, sheet.height);
  for (let y = 0; y < sheet.height; y++) {
    for (let x = 0; x < sheet.width; x++) {
      const at = 3 * (y * sheet.width + x);
      separate(sheet.data[at] as number, sheet.data[at + 1] as number, sheet.data[at + 2] as number, press.blackShare, areas);
      if (dotGain > 0) for (let ink = 0; ink < 4; ink++) areas[ink] = spreadInk(areas[ink] as number, dotGain);
      if (halftone > 0) {
        areas[0] = screened(areas[0] as number, thresholdAt(cyan, x, y), halftone);
        areas[1] = screened(areas[1] as number, thresholdAt(magenta, x, y), halftone);
        areas[2] = screened(areas[2] as number, thresholdAt(yellow, x, y), halftone);
        areas[3] = screened(areas[3] as number, thresholdAt(black, x, y), halftone);
      }
      overprint(areas, absorbed, light);
      const fiber = grain > 0 ? 1 + grain * noiseAt(fibers, fiberX + (x / density) * 1.6, fiberY + (y / density) * 1.6) : 1;
      const mirrored = gloss > 0 ? shine(x / sheet.width, y / sheet.height) : 0;
      for (let c = 0; c < 3; c++) out.data[at + c] = (light[c] as number) * (white[c] as number) * fiber + mirrored;
    }
  }
  return out;
}

function screened(area: number, threshold: number, strength: number): number {
  return area + strength * (inked(area, threshold, dotEdge) - area);
}

/** Reflectance of the bare paper relative to neutral white. */
function paperWhite(yellowness: number): readonly [number, number, number] {
  return [1, 1 - 0.06 * Math.max(0, yellowness), 1 - 0.22 * yellowness];
}

/** A lamp's reflection on a slightly curved sheet: a band across it, at x and y from 0 to 1. */
function glossOf(gloss: number, random: Random): (x: number, y: number) => number {
  const direction = random.uniform(0, 2 * Math.PI);
  const cos = Math.cos(direction);
  const sin = Math.sin(direction);
  const place = random.uniform(-0.4, 0.4);
  const width = random.uniform(0.15, 0.4);
  return (x, y) => {
    const distance = ((x - 0.5) * cos + (y - 0.5) * sin - place) / width;
    return gloss / (1 + distance * distance * distance * distance);
  };
}
