import type { Random } from '@gradalign/core';
import type { Rgb } from '../image/linear-image.ts';

export const backgroundKinds = ['wall', 'window', 'shelf', 'curtain', 'tiles', 'bokeh'] as const;
export type BackgroundKind = (typeof backgroundKinds)[number];

/** The surroundings of a face in one clip. */
export interface Scene {
  readonly light: Light;
  readonly background: { readonly kind: BackgroundKind; readonly colors: readonly [Rgb, Rgb]; readonly shift: number; readonly pitch: number };
  readonly clothes: { readonly color: Rgb; readonly second: Rgb; readonly stripes: number };
}

/** One lamp (or window) and ambient light. */
export interface Light {
  /** Unit vector toward the lamp: x right, y down, z toward the camera. */
  readonly direction: Rgb;
  readonly lamp: Rgb;
  readonly ambient: Rgb;
}

/** The ranges of a place; [low, high]. */
export interface Place {
  /** Angle of the lamp to the side, radians; the sign is drawn. */
  readonly lampSide: readonly [number, number];
  /** Elevation of the lamp above the camera, radians. */
  readonly lampHeight: readonly [number, number];
  /** Ambient light as a share of the lamp's. */
  readonly ambient: readonly [number, number];
  /** Warmth of the lamp: -1 bluish, 0 neutral, 1 like an incandescent bulb. */
  readonly warmth: readonly [number, number];
  readonly backgrounds: readonly BackgroundKind[];
}

export function drawScene(random: Random, place: Place): Scene {
  const side = random.uniform(...place.lampSide) * (random.chance(0.5) ? 1 : -1);
  const height = random.uniform(...place.lampHeight);
  const lamp = warmLight(random.uniform(...place.warmth));
  const ambient = random.uniform(...place.ambient);
  return {
    light: {
      direction: [Math.sin(side) * Math.cos(height), -Math.sin(height), Math.cos(side) * Math.cos(height)],
      lamp,
      ambient: [ambient * random.uniform(0.9, 1.1), ambient, ambient * random.uniform(0.9, 1.1)],
    },
    background: {
      kind: random.pick(place.backgrounds),
      colors: [drawColor(random, 0.35), drawColor(random, 0.35)],
      shift: random.uniform(-1, 1),
      pitch: random.uniform(0.18, 0.5),
    },
    clothes: { color: drawColor(random, 0.8), second: drawColor(random, 0.8), stripes: random.chance(0.3) ? random.uniform(6, 16) : 0 },
  };
}

function warmLight(warmth: number): Rgb {
  return [1 + 0.3 * warmth, 1, 1 - 0.4 * warmth];
}

/** A color of paint or cloth up to this saturation, grays more often than bright ones. */
function drawColor(random: Random, mostSaturated: number): Rgb {
  const value = random.uniform(0.04, 0.75);
  const saturation = random.uniform() ** 2 * mostSaturated;
  const hue = random.uniform(0, 6);
  const channel = (offset: number) => value * (1 - saturation * Math.min(1, Math.max(0, Math.abs(((hue + offset) % 6) - 3) - 1)));
  return [channel(0), channel(4), channel(2)];
}
