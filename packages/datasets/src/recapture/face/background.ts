import { type NoiseTexture, noiseAt, noiseTexture } from '../image/noise-texture.ts';
import type { BackgroundKind, Scene } from './scene.ts';

let plaster: NoiseTexture | undefined;

/**
 * Light from the wall behind the head, out of focus.
 * `x` and `y` go from -1 to 1 across the picture; writes three numbers to `to`.
 */
export function paintBackground(scene: Scene, x: number, y: number, to: Float64Array): void {
  plaster ??= noiseTexture('plaster', { side: 128, cells: [8, 8], octaves: 3, persistence: 0.5 });
  const { kind, colors, shift, pitch } = scene.background;
  const { lamp, ambient, direction } = scene.light;
  const mix = patterns[kind](x, y, shift, pitch);
  const grain = 1 + 0.04 * noiseAt(plaster, x * 40 + shift * 64, y * 40);
  const slope = 1 + 0.25 * (x * direction[0] + y * direction[1]);
  for (let channel = 0; channel < 3; channel++) {
    const paint = (colors[0][channel] as number) * (1 - mix) + (colors[1][channel] as number) * mix;
    to[channel] = paint * grain * slope * ((ambient[channel] as number) + 0.6 * (lamp[channel] as number));
  }
}

/** How much of the second color shows, 0..1. */
const patterns: Record<BackgroundKind, (x: number, y: number, shift: number, pitch: number) => number> = {
  wall: (x, y, shift) => 0.5 + 0.3 * (x * shift + y * 0.5),
  window: (x, y, shift) => band(x - shift * 0.9, 0.45) * band(y + 0.4, 0.5) * (1 - 0.7 * line(x - shift * 0.9, 0.04)) * 1.6,
  shelf: (x, y, shift, pitch) => 0.5 + 0.5 * Math.sin(9 * Math.floor((x + shift) / (pitch * 0.4)) + 5 * Math.floor((y + 1) / (pitch * 1.6))),
  curtain: (x, _y, shift, pitch) => 0.5 + 0.5 * Math.sin((x + shift) * (4 / pitch) + 1.5 * Math.sin(x * 3 + shift)),
  tiles: (x, y, shift, pitch) => Math.max(line(wrap(x + shift, pitch), 0.025), line(wrap(y, pitch), 0.025)),
  bokeh: (x, y, shift, pitch) =>
    Math.max(disc(x - shift, y + 0.55, pitch), disc(x + shift * 0.8, y - 0.1, pitch * 0.7), disc(x - 0.6 * shift + 0.7, y - 0.6, pitch * 0.9)),
};

const edge = 0.05;
const band = (t: number, half: number) => step((half - Math.abs(t)) / edge);
const line = (t: number, half: number) => step((half - Math.abs(t)) / (edge / 2));
const disc = (x: number, y: number, radius: number) => step((radius - Math.sqrt(x * x + y * y)) / edge);
const wrap = (t: number, pitch: number) => t - pitch * Math.round(t / pitch);
const step = (t: number) => Math.min(1, Math.max(0, t + 0.5));
