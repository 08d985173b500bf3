import type { Random } from '@gradalign/core';
import type { Rgb } from '../image/linear-image.ts';
import { drawHairTone, drawIrisTone, skinTone } from './skin-tone.ts';

export type HairStyle = 'bald' | 'short' | 'fringe' | 'long' | 'tied';

const styles: readonly HairStyle[] = ['bald', 'short', 'short', 'fringe', 'fringe', 'long', 'long', 'tied'];
const beardedStyles: readonly HairStyle[] = ['bald', 'short', 'short', 'fringe'];

/**
 * What a person keeps from clip to clip. Lengths are in face units: 1 is half the height of the head, the origin its center,
 * x to the right of the picture and y downwards, so that the crown is at y = -1 and the chin at y = 1.
 */
export interface FaceIdentity {
  /** Reflectance of the skin, linear light. */
  readonly skin: Rgb;
  /** Strength of blotches and pores, 0.5 to 1.5. */
  readonly texture: number;
  /** Shine of the skin, 0.3 (matte) to 1 (oily). */
  readonly shine: number;
  readonly freckles: number;
  readonly head: {
    readonly halfWidth: number /** Width of the jaw as a share of the width at the cheeks. */;
    readonly jaw: number;
    readonly roundness: number;
  };
  readonly eyes: {
    readonly apart: number;
    readonly y: number;
    readonly halfWidth: number;
    readonly open: number;
    readonly slant: number;
    readonly iris: Rgb;
  };
  readonly brows: { readonly lift: number; readonly thickness: number; readonly arch: number };
  readonly nose: { readonly halfWidth: number; readonly y: number; readonly height: number };
  readonly mouth: { readonly y: number; readonly halfWidth: number; readonly upper: number; readonly lower: number; readonly redness: number };
  readonly hair: { readonly style: HairStyle; readonly tone: Rgb; readonly line: number; readonly volume: number };
  /** Density of the beard, 0 (none) to 1. */
  readonly beard: number;
  readonly glasses: boolean;
  /** Offset of this person's skin and hair in the noise textures. */
  readonly textureOrigin: readonly [number, number];
}

export function drawIdentity(random: Random): FaceIdentity {
  const tone = random.uniform();
  const bearded = random.chance(0.25);
  return {
    skin: skinTone(tone).map((value) => value * random.uniform(0.94, 1.06)) as unknown as Rgb,
    texture: random.uniform(0.6, 1.4),
    shine: random.uniform(0.3, 1),
    freckles: random.chance(0.2) ? random.uniform(0.3, 1) : 0,
    head: { halfWidth: random.uniform(0.68, 0.79), jaw: random.uniform(0.62, 0.86), roundness: random.uniform(2.1, 2.7) },
    eyes: {
      apart: random.uniform(0.28, 0.34),
      y: random.uniform(-0.12, -0.03),
      halfWidth: random.uniform(0.125, 0.155),
      open: random.uniform(0.05, 0.075),
      slant: random.uniform(-0.12, 0.08),
      iris: tone > 0.5 ? [0.045, 0.022, 0.012] : drawIrisTone(random),
    },
    brows: { lift: random.uniform(0.15, 0.21), thickness: random.uniform(0.025, 0.055), arch: random.uniform(0.01, 0.06) },
    nose: { halfWidth: random.uniform(0.11, 0.17), y: random.uniform(0.27, 0.36), height: random.uniform(0.8, 1.25) },
    mouth: {
      y: random.uniform(0.56, 0.64),
      halfWidth: random.uniform(0.21, 0.29),
      upper: random.uniform(0.03, 0.06),
      lower: random.uniform(0.045, 0.085),
      redness: random.uniform(0.2, 0.8),
    },
    hair: {
      style: random.pick(bearded ? beardedStyles : styles),
      tone: drawHairTone(random),
      line: random.uniform(-0.66, -0.5),
      volume: random.uniform(0.06, 0.16),
    },
    beard: bearded ? random.uniform(0.4, 1) : 0,
    glasses: random.chance(0.15),
    textureOrigin: [random.uniform(0, 256), random.uniform(0, 256)],
  };
}
