import { createRandom } from '@gradalign/core';
import { expect, it } from 'vitest';
import { renderedFace } from '../../test/rendered-face.ts';
import { capture, neutralCapture } from './capture.ts';
import { develop, neutralDevelop } from './develop.ts';
import { inkAngles } from './halftone.ts';
import { gaussianBlur } from './image/gaussian-blur.ts';
import { lightWithin } from './image/light-within.ts';
import { createImage, type LinearImage, mapValues, meanColor, type Rgb } from './image/linear-image.ts';
import { drawRecapture, rangesFrom, recaptureOptions } from './options/recapture-ranges.ts';
import { type PressName, presses } from './press.ts';
import { neutralPrint, print } from './print.ts';
import { neutralReplay, replay } from './replay.ts';

const random = () => createRandom(['stages']);
const plain = (side: number, color: Rgb): LinearImage => mapValues(createImage(side, side), (_, channel) => color[channel] as number);
const face = lightWithin(renderedFace(1, 96), 96);

/** Power of one channel at a frequency in cycles a pixel. */
function power({ width, height, data }: LinearImage, channel: number, fx: number, fy: number): number {
  const mean = meanColor({ width, height, data })[channel] as number;
  let real = 0;
  let imaginary = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const phase = 2 * Math.PI * (fx * x + fy * y);
      const value = (data[3 * (y * width + x) + channel] as number) - mean;
      real += value * Math.cos(phase);
      imaginary -= value * Math.sin(phase);
    }
  }
  return real * real + imaginary * imaginary;
}

it.each([
  { period: 4, angle: 20 },
  { period: 3, angle: 75 },
  { period: 6, angle: 45 },
])('a line screen of period $period at $angle degrees is the largest peak of the spectrum, at that period and angle', ({ period, angle }) => {
  // Only cyan is printed, its screen 30 degrees before black's; the sheet has two samples a pixel.
  const black = (angle * Math.PI) / 180 - inkAngles[0];
  const sheet = print(plain(40, [0.5, 1, 1]), { ...neutralPrint, screen: 'line', halftone: 1, period, angle: black }, random());
  let best = { power: 0, period: 0, degrees: 0 };
  for (let degrees = 0; degrees < 180; degrees += 5) {
    for (let samples = 4; samples <= 16; samples++) {
      const turn = (degrees * Math.PI) / 180;
      const there = power(sheet, 0, Math.cos(turn) / samples, Math.sin(turn) / samples);
      if (there > best.power) best = { power: there, period: samples / 2, degrees };
    }
  }
  expect(best).toMatchObject({ period, degrees: angle });
});

it('blue noise has no such peak: its strongest low frequency is far below a screen of the same period', () => {
  const sheet = (screen: 'line' | 'stochastic') => print(plain(40, [0.5, 1, 1]), { ...neutralPrint, screen, halftone: 1, period: 4 }, random());
  const strongest = (image: LinearImage) => {
    let most = 0;
    for (let degrees = 0; degrees < 180; degrees += 15) {
      for (let samples = 8; samples <= 32; samples += 2) {
        const turn = (degrees * Math.PI) / 180;
        most = Math.max(most, power(image, 0, Math.cos(turn) / samples, Math.sin(turn) / samples));
      }
    }
    return most;
  };
  expect(strongest(sheet('line'))).toBeGreaterThan(10 * strongest(sheet('stochastic')));
});

it.each(Object.keys(presses) as PressName[])('no saturated blue survives the press, only ideal inks keep it: %s', (press) => {
  const [red, , blue] = meanColor(print(plain(4, [0, 0, 1]), { ...neutralPrint, press, gamut: 1 }, random()));
  if (press === 'ideal') expect([red, blue]).toEqual([0, 1]);
  else expect(blue).toBeLessThan(0.35);
});

it.each([0, 0.01, 0.4, 0.99, 1])('halftone keeps the mean: red of %d stays within 0.005, whatever the screen', (value) => {
  for (const screen of ['round', 'line', 'diamond', 'stochastic'] as const) {
    const [red] = meanColor(print(plain(128, [value, 1, 1]), { ...neutralPrint, screen, halftone: 1, period: 4 }, random()));
    expect(Math.abs(red - value), screen).toBeLessThan(value === 0 || value === 1 ? 1e-6 : 0.005);
  }
});

it('white paper stays white and full black stays black under every screen: no ink where there is none to print', () => {
  for (const screen of ['round', 'line', 'diamond', 'stochastic'] as const) {
    const parameters = { ...neutralPrint, press: 'offset', gamut: 1, screen, halftone: 1, dotGain: 0.25 } as const;
    for (const channel of meanColor(print(plain(16, [1, 1, 1]), parameters, random()))) expect(channel).toBeCloseTo(1, 6);
    const solid = meanColor(print(plain(16, [0, 0, 0]), { ...parameters, halftone: 0 }, random()));
    for (const [c, channel] of meanColor(print(plain(16, [0, 0, 0]), parameters, random())).entries()) expect(channel).toBeCloseTo(solid[c] as number, 2);
  }
});

it('replay: gray 0.5 at gamma 1.3 is 0.5 ^ 1.3 = 0.406, and a black pixel at black level 0.05 shines with 0.05', () => {
  expect(meanColor(replay(plain(8, [0.5, 0.5, 0.5]), { ...neutralReplay, gamma: 1.3 }, random()))[1]).toBeCloseTo(0.5 ** 1.3, 5);
  expect(meanColor(replay(plain(8, [0, 0, 0]), { ...neutralReplay, blackLevel: 0.05 }, random()))[1]).toBeCloseTo(0.05, 5);
});

it('sub-pixels keep the mean color, with and without black matrix, and a black matrix makes them stand out more', () => {
  for (const layout of ['rgb', 'bgr', 'rgbg', 'rgbw'] as const) {
    const deviations = [0, 1].map((blackMatrix) => {
      const light = replay(plain(8, [0.5, 0.25, 0.125]), { ...neutralReplay, layout, subPixels: 1, blackMatrix }, random());
      const mean = meanColor(light);
      for (const [channel, expected] of [0.5, 0.25, 0.125].entries()) expect(mean[channel]).toBeCloseTo(expected, 5);
      return Math.sqrt(light.data.reduce((sum, value, i) => sum + (value - (mean[i % 3] as number)) ** 2, 0) / light.data.length);
    });
    expect(deviations[1], layout).toBeGreaterThan(deviations[0] as number);
  }
});

it('moire: what a camera sees of sub-pixels has more energy at periods of 4 to 20 pixels than the face itself', () => {
  const seen = (subPixels: number) => capture(replay(face, { ...neutralReplay, pixels: 0.8, subPixels }, random()), neutralCapture(96), random());
  const energy = (image: LinearImage) => {
    const [fine, coarse] = [gaussianBlur(image, 0.7), gaussianBlur(image, 3)];
    return fine.data.reduce((sum, value, i) => sum + (value - (coarse.data[i] as number)) ** 2, 0);
  };
  expect(energy(seen(1))).toBeGreaterThan(1.5 * energy(seen(0)));
});

it('tremor blurs along its direction: stripes across it vanish, stripes along it stay', () => {
  const stripes = (along: 'x' | 'y') => {
    const image = createImage(48, 48);
    return { ...image, data: image.data.map((_, i) => ((along === 'x' ? Math.floor(i / 3) % 48 : Math.floor(i / 144)) % 8 < 4 ? 1 : 0)) };
  };
  const contrast = (along: 'x' | 'y') => {
    const { data } = capture(stripes(along), { ...neutralCapture(48), shake: 8, shakeAngle: 0 }, random());
    const middle = Array.from({ length: 16 }, (_, i) => data[3 * (along === 'x' ? 24 * 48 + 16 + i : (16 + i) * 48 + 24)] as number);
    return Math.max(...middle) - Math.min(...middle);
  };
  expect(contrast('y')).toBeCloseTo(1, 5);
  expect(contrast('x')).toBeLessThan(0.2);
});

it('glare and gloss brighten, nowhere by more than they say', () => {
  const dark = plain(24, [0.1, 0.1, 0.1]);
  for (const light of [replay(dark, { ...neutralReplay, glare: 0.2 }, random()), print(dark, { ...neutralPrint, gloss: 0.2 }, random())]) {
    const added = light.data.map((value) => value - 0.1);
    expect(Math.min(...added)).toBeGreaterThan(-1e-6);
    expect(Math.max(...added)).toBeLessThanOrEqual(0.2 + 1e-6);
    expect(added.reduce((sum, value) => sum + value, 0) / added.length).toBeGreaterThan(0.01);
  }
});

it('neutral parameters change nothing but sharpness: the camera alone gives the picture back within a gray level, print and replay within 5', () => {
  const original = renderedFace(1, 96).data;
  const difference = (light: LinearImage) => {
    const { bytes } = develop(capture(light, neutralCapture(96), random()), neutralDevelop);
    return bytes.reduce((sum, value, i) => sum + Math.abs(value - (original[i] as number)), 0) / bytes.length;
  };
  expect(difference(face)).toBeLessThan(1);
  expect(difference(print(face, neutralPrint, random()))).toBeLessThan(5);
  expect(difference(replay(face, neutralReplay, random()))).toBeLessThan(5);
});

it('a picture twice as wide as high stays so on a sensor of half its pixels', () => {
  const light = capture(
    mapValues(createImage(64, 32), () => 0.5),
    neutralCapture(32),
    random(),
  );
  expect([light.width, light.height]).toEqual([32, 16]);
});

it('300 draws of every parameter stay in its range and come within 5 percent of both ends; names all occur', () => {
  const ranges = rangesFrom(Object.fromEntries(recaptureOptions.map(({ option, described }) => [option, described.default])));
  const drawn = Array.from({ length: 300 }, (_, i) =>
    (['print', 'replay'] as const).map((kind) => drawRecapture(kind, ranges, 1000, (part) => createRandom(['draws', i, part]))),
  );
  for (const { stage, parameter, described } of recaptureOptions) {
    const values = drawn.map(([printed, replayed]) => {
      const from = {
        print: printed?.instrument,
        replay: replayed?.instrument,
        viewpoint: printed?.viewpoint,
        camera: printed?.capture,
        develop: printed?.develop,
      };
      const of = from[stage] as unknown as Record<string, Record<string, unknown>>;
      return parameter === 'resolution' ? (of['sensor'] as unknown as number) / 1000 : (of[stage] ?? of)[parameter];
    });
    if ('names' in described) {
      expect(new Set(values), parameter).toEqual(new Set(described.default));
      continue;
    }
    const [low, high] = described.default;
    const numbers = values as number[];
    const slack = 0.05 * (high - low);
    expect(Math.min(...numbers) >= low && Math.max(...numbers) <= high, parameter).toBe(true);
    expect(Math.min(...numbers) <= low + slack && Math.max(...numbers) >= high - slack, parameter).toBe(true);
  }
});
