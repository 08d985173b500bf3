import type { FaceIdentity } from './face-identity.ts';
import type { FacePose } from './face-pose.ts';

/**
 * A point of the skin being painted: three reflectances, then gloss (how much it reflects the lamp).
 * u and v are positions on the face in face units, `blur` the width of an image pixel there, so that edges are soft over one pixel.
 */
export type Surface = Float64Array;

/** The open part of the eyes: sclera, iris, pupil, lid lines. */
export function paintEyes(face: FaceIdentity, pose: FacePose, u: number, v: number, blur: number, to: Surface): void {
  const { apart, y, halfWidth, slant, iris } = face.eyes;
  const side = u < 0 ? -1 : 1;
  const p = (u - side * apart) / halfWidth;
  if (p < -1.5 || p > 1.5) return;
  const q = v - y - slant * halfWidth * p * side;
  const open = face.eyes.open * Math.max(0.05, pose.lids) * (1 - 0.2 * Math.max(0, pose.smile));
  if (q < -4 * open - 0.06 || q > 3 * open + 0.08) return;
  const arc = Math.max(0, 1 - p * p);
  const upper = -open * 1.15 * Math.sqrt(arc);
  const lower = open * 0.75 * arc;
  const inside = Math.min(soft((q - upper) / blur), soft((lower - q) / blur)) * (arc > 0 ? 1 : 0);
  const crease = 0.35 * soft(1 - Math.abs(q - upper + 0.035) / 0.018) * arc;
  const pouch = 0.12 * soft(1 - Math.abs(q - lower - 0.04) / 0.03) * arc;
  blend(to, 0.3, 0.15, 0.1, 0, 0.5 * (crease + pouch));
  if (inside > 0) {
    const lidShadow = 0.55 + 0.45 * Math.min(1, (q - upper) / (0.9 * open));
    blend(to, 0.62 * lidShadow, 0.58 * lidShadow, 0.56 * lidShadow, 1, inside);
    const radius = 0.062;
    const distance = length(p * halfWidth - 0.05 * pose.gaze[0], q - 0.03 * pose.gaze[1]);
    const within = soft((radius - distance) / blur) * inside;
    const rim = 0.45 + 0.55 * soft((radius * 0.85 - distance) / 0.015);
    blend(to, iris[0] * rim, iris[1] * rim, iris[2] * rim, 1, within);
    blend(to, 0.006, 0.006, 0.006, 1, soft((radius * 0.45 - distance) / blur) * inside);
  }
  const lashes = soft(1.2 - Math.abs(q - upper) / (0.012 + blur * 0.4)) * arc;
  blend(to, 0.02, 0.014, 0.012, 0, 0.85 * lashes);
}

export function paintBrows(face: FaceIdentity, pose: FacePose, u: number, v: number, blur: number, strand: number, to: Surface): void {
  const { lift, thickness, arch } = face.brows;
  const side = u < 0 ? -1 : 1;
  const p = (u * side - face.eyes.apart) / (face.eyes.halfWidth * 1.45);
  if (p < -1.1 || p > 1.1) return;
  const middle = face.eyes.y - lift - pose.browLift - arch * (1 - (p - 0.2) ** 2) + 0.03 * p * p;
  const half = thickness * (0.9 - 0.5 * p) * Math.sqrt(Math.max(0, 1.1 - p * p));
  const cover = soft((half - Math.abs(v - middle)) / (blur + 0.01)) * (0.75 + 0.15 * strand);
  const [r, g, b] = face.hair.tone;
  blend(to, r * 0.7, g * 0.7, b * 0.7, 0.1, Math.min(1, Math.max(0, cover)));
}

export function paintNostrils(face: FaceIdentity, u: number, v: number, blur: number, to: Surface): void {
  const { halfWidth, y } = face.nose;
  const side = u < 0 ? -1 : 1;
  const hole = length((u - side * halfWidth * 0.5) / (halfWidth * 0.34), (v - y - 0.065) / 0.024);
  darken(to, 0.18, 0.8 * soft(((1 - hole) * 0.03) / blur));
  const wing = Math.abs(length((u - side * halfWidth * 0.55) / (halfWidth * 0.62), (v - y - 0.005) / 0.085) - 1);
  const outside = Math.abs(u) > halfWidth * 0.7 ? 1 : 0;
  darken(to, 0.5, 0.45 * outside * soft(1 - wing / 0.16));
  darken(to, 0.6, 0.4 * soft(1 - length(u / (halfWidth * 0.9), (v - y - 0.1) / 0.035)));
}

export function paintMouth(face: FaceIdentity, pose: FacePose, u: number, v: number, blur: number, to: Surface): void {
  const { y, upper, lower, redness } = face.mouth;
  const halfWidth = face.mouth.halfWidth * (1 + 0.12 * pose.smile);
  const p = u / halfWidth;
  if (p < -1.15 || p > 1.15) return;
  const arc = Math.max(0, 1 - p * p);
  const center = y + 0.045 * pose.smile * (0.4 - p * p);
  const gap = 0.09 * Math.min(1, pose.mouthOpen) * arc;
  const bow = 1 - 0.25 * Math.max(0, 1 - Math.abs(p) * 4);
  const top = center - upper * Math.sqrt(arc) * bow;
  const bottom = center + gap + lower * Math.sqrt(arc);
  const lips = Math.min(soft((v - top) / (blur * 1.5)), soft((bottom - v) / (blur * 1.5))) * (arc > 0 ? 1 : 0);
  const shade = v < center ? 0.72 : 0.9;
  const [r, g, b] = face.skin;
  blend(to, shade * (r * (0.9 - 0.1 * redness) + 0.02), shade * g * (0.75 - 0.45 * redness), shade * b * (0.8 - 0.4 * redness), 0.9, 0.95 * lips);
  const hole = Math.min(soft((v - center) / blur), soft((center + gap - v) / blur)) * (gap > 0.005 ? 1 : 0);
  blend(to, 0.05, 0.014, 0.012, 0.2, hole);
  blend(to, 0.55, 0.52, 0.46, 0.6, hole * soft((center + gap * 0.45 - v) / blur) * soft((0.7 - Math.abs(p)) / 0.1));
  darken(to, 0.25, 0.8 * soft(1 - Math.abs(v - center) / (0.012 + 0.3 * blur)) * Math.min(1, arc * 3) * (1 - hole));
  darken(to, 0.55, 0.5 * soft(1 - length((Math.abs(u) - halfWidth) / 0.03, (v - center) / 0.03)));
}

/** Frames of glasses: two rounded squares and a bridge. Returns the coverage, 0..1. */
export function glassesCover(face: FaceIdentity, u: number, v: number, blur: number): number {
  if (!face.glasses) return 0;
  const { apart, y } = face.eyes;
  const ring = Math.abs(Math.sqrt(length(square((Math.abs(u) - apart) / 0.215), square((v - y - 0.02) / 0.17))) - 1) * 0.17;
  const bridge = Math.abs(u) < apart - 0.21 ? Math.abs(v - y + 0.03) : 1;
  const temple = Math.abs(u) > apart + 0.2 ? Math.abs(v - y + 0.04) : 1;
  return soft((0.016 - Math.min(ring, bridge, temple)) / blur + 0.3);
}

/** Covers the surface with a color and gloss, `cover` 0..1. */
export function blend(to: Surface, red: number, green: number, blue: number, gloss: number, cover: number): void {
  if (cover <= 0) return;
  to[0] = (to[0] as number) + cover * (red - (to[0] as number));
  to[1] = (to[1] as number) + cover * (green - (to[1] as number));
  to[2] = (to[2] as number) + cover * (blue - (to[2] as number));
  to[3] = (to[3] as number) + cover * (gloss - (to[3] as number));
}

function darken(to: Surface, factor: number, cover: number): void {
  if (cover <= 0) return;
  const scale = 1 - cover * (1 - factor);
  for (let i = 0; i < 3; i++) to[i] = (to[i] as number) * scale;
}

const square = (t: number) => t * t;

/** Math.hypot without its overflow handling, which takes ten times as long. */
export const length = (x: number, y: number) => Math.sqrt(x * x + y * y);

/** A soft step: 0 below -0.5, 1 above 0.5. */
export const soft = (t: number) => {
  if (t <= -0.5) return 0;
  if (t >= 0.5) return 1;
  const s = t + 0.5;
  return s * s * (3 - 2 * s);
};
