import type { Random } from '@gradalign/core';
import type { Rgb } from '../image/linear-image.ts';

/** Reflectance of skin from little to much melanin, linear light: six anchors after the Fitzpatrick scale, evenly spaced by eye. */
const anchors: readonly Rgb[] = [
  [0.72, 0.5, 0.4],
  [0.62, 0.4, 0.29],
  [0.5, 0.29, 0.19],
  [0.34, 0.18, 0.105],
  [0.21, 0.105, 0.062],
  [0.11, 0.056, 0.036],
];

/** Skin of a given tone, 0 (lightest) to 1 (darkest); interpolated in the logarithm, as melanin absorbs. */
export function skinTone(tone: number): Rgb {
  const place = Math.min(1, Math.max(0, tone)) * (anchors.length - 1);
  const index = Math.min(anchors.length - 2, Math.floor(place));
  const from = anchors[index] as Rgb;
  const to = anchors[index + 1] as Rgb;
  const mix = (channel: 0 | 1 | 2) => from[channel] * (to[channel] / from[channel]) ** (place - index);
  return [mix(0), mix(1), mix(2)];
}

const hairTones: readonly Rgb[] = [
  [0.012, 0.01, 0.01],
  [0.03, 0.018, 0.012],
  [0.08, 0.04, 0.02],
  [0.2, 0.11, 0.05],
  [0.42, 0.28, 0.13],
  [0.22, 0.06, 0.025],
  [0.4, 0.4, 0.41],
];

/** Hair: mostly dark, some brown, fair, red or gray. */
export function drawHairTone(random: Random): Rgb {
  return random.chance(0.55) ? random.pick(hairTones.slice(0, 3)) : random.pick(hairTones);
}

const irisTones: readonly Rgb[] = [
  [0.05, 0.025, 0.012],
  [0.11, 0.055, 0.02],
  [0.1, 0.12, 0.05],
  [0.1, 0.19, 0.3],
  [0.2, 0.24, 0.26],
];

export function drawIrisTone(random: Random): Rgb {
  return random.pick(irisTones);
}
