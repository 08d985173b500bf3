import type { Rgb } from './image/linear-image.ts';

/** Light that white paper reflects through a full layer of each ink: linear red, green and blue. */
export interface Press {
  readonly cyan: Rgb;
  readonly magenta: Rgb;
  readonly yellow: Rgb;
  readonly black: Rgb;
  /** Share of the gray common to the three colors that black ink replaces (gray component replacement), 0..1. */
  readonly blackShare: number;
}

/**
 * Four kinds of press and an ideal one with pure inks. The colors are like those in characterization data of such presses
 * (FOGRA39 for coated offset, IFRA26 for newsprint), rounded, since paper and ink vary more between makers.
 */
export const presses = {
  ideal: { cyan: [0, 1, 1], magenta: [1, 0, 1], yellow: [1, 1, 0], black: [0, 0, 0], blackShare: 0 },
  offset: { cyan: [0.03, 0.37, 0.78], magenta: [0.68, 0.05, 0.23], yellow: [0.95, 0.84, 0.06], black: [0.018, 0.017, 0.016], blackShare: 0.6 },
  laser: { cyan: [0.05, 0.33, 0.68], magenta: [0.62, 0.07, 0.3], yellow: [0.92, 0.79, 0.1], black: [0.012, 0.012, 0.013], blackShare: 0.9 },
  inkjet: { cyan: [0.06, 0.45, 0.82], magenta: [0.7, 0.1, 0.38], yellow: [0.96, 0.88, 0.12], black: [0.03, 0.03, 0.035], blackShare: 0.5 },
  newspaper: { cyan: [0.13, 0.4, 0.62], magenta: [0.62, 0.16, 0.27], yellow: [0.88, 0.77, 0.2], black: [0.06, 0.057, 0.05], blackShare: 0.7 },
} satisfies Record<string, Press>;

export type PressName = keyof typeof presses;

/** Area of paper that cyan, magenta, yellow and black cover so that ideal inks reproduce the color; writes four shares, 0..1, to `to`. */
export function separate(red: number, green: number, blue: number, blackShare: number, to: Float64Array): void {
  const cyan = 1 - clamp(red);
  const magenta = 1 - clamp(green);
  const yellow = 1 - clamp(blue);
  const black = Math.min(blackShare * Math.min(cyan, magenta, yellow), 0.999);
  const rest = 1 / (1 - black);
  to[0] = (cyan - black) * rest;
  to[1] = (magenta - black) * rest;
  to[2] = (yellow - black) * rest;
  to[3] = black;
}

/** Coverage after the ink has spread: by `gain` at half coverage, not at all at none and full (0..0.3; Murray and Davies, 1936). */
export function spreadInk(area: number, gain: number): number {
  return Math.min(1, area + 4 * gain * area * (1 - area));
}

/** Light that a full layer of each ink absorbs: cyan, magenta, yellow, black, each red, green, blue. `gamut` 0 means ideal inks, 1 the press's. */
export function absorption(press: Press, gamut: number): Float64Array {
  const inks = ['cyan', 'magenta', 'yellow', 'black'] as const;
  return Float64Array.from(inks.flatMap((ink) => press[ink].map((back, channel) => 1 - gamut * back - (1 - gamut) * (presses.ideal[ink][channel] as number))));
}

/**
 * Light from four inks that cover these areas independently of each other (Demichel's equations): per ink, what the bare paper and the inked paper
 * reflect. Writes three numbers to `to`.
 */
export function overprint(areas: Float64Array, absorbed: Float64Array, to: Float64Array): void {
  const cyan = areas[0] as number;
  const magenta = areas[1] as number;
  const yellow = areas[2] as number;
  const black = areas[3] as number;
  for (let c = 0; c < 3; c++) {
    to[c] =
      (1 - cyan * (absorbed[c] as number)) *
      (1 - magenta * (absorbed[c + 3] as number)) *
      (1 - yellow * (absorbed[c + 6] as number)) *
      (1 - black * (absorbed[c + 9] as number));
  }
}

const clamp = (t: number) => Math.min(1, Math.max(0, t));
