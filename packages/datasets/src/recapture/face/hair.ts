import { type NoiseTexture, noiseAt, noiseTexture } from '../image/noise-texture.ts';
import { blend, type Surface, soft } from './face-features.ts';
import type { FaceIdentity, HairStyle } from './face-identity.ts';

let strands: NoiseTexture | undefined;

/** Strands at a position in the image: mean 0, standard deviation 1; elongated in the direction of growth. */
export function strandAt(face: FaceIdentity, u: number, v: number): number {
  strands ??= noiseTexture('strands', { side: 256, cells: [64, 4], octaves: 3, persistence: 0.7 });
  const [x, y] = face.textureOrigin;
  return noiseAt(strands, x + u * 130 + 20 * Math.sin(v * 2), y + v * 60);
}

/** Half the width of head and hair together at height y, in face units; `outline` is the bare head's. */
export function hairHalfWidth(face: FaceIdentity, outline: (y: number) => number, y: number): number {
  const { style, volume } = face.hair;
  if (style === 'bald') return 0;
  const full = 1 + volume;
  if (y <= -full) return 0;
  if (y <= 0.05) return outline(y / full) * full;
  if (style !== 'long' || y > 1.3) return 0;
  return face.head.halfWidth * (full + 0.1 * y);
}

/** Hair that lies on the head: how far down it comes depends on the style. */
export function paintScalp(face: FaceIdentity, u: number, v: number, blur: number, strand: number, to: Surface): void {
  const { tone, line, style } = face.hair;
  const end = hairEnds[style](line, Math.abs(u) / face.head.halfWidth) + 0.03 * strand;
  const cover = soft((end - v) / (blur + 0.03));
  if (cover <= 0) return;
  const shade = Math.max(0.3, 1 + 0.32 * strand);
  blend(to, tone[0] * shade, tone[1] * shade, tone[2] * shade, 0.35, cover);
}

/** Beard and stubble: jaw, chin and upper lip. */
export function paintBeard(face: FaceIdentity, u: number, v: number, strand: number, to: Surface): void {
  if (face.beard === 0) return;
  const jaw = soft((v - 0.38 - 0.25 * (1 - Math.min(1, Math.abs(u) / 0.5))) / 0.2);
  const lip = soft((v - face.nose.y - 0.13) / 0.06) * soft((0.3 - Math.abs(u)) / 0.1);
  const [r, g, b] = face.hair.tone;
  const cover = Math.max(jaw, lip) * face.beard * Math.min(1, Math.max(0.2, 0.8 + 0.25 * strand));
  blend(to, r, g, b, 0.15, Math.min(0.95, cover));
}

/** Height down to which hair covers the head, at a place from the middle (0) to the side (1). */
const hairEnds: Record<HairStyle, (line: number, side: number) => number> = {
  bald: () => -2,
  short: (line, side) => line + 0.5 * soft((side - 0.86) / 0.2),
  fringe: (line, side) => line + 0.2 + 0.4 * soft((side - 0.86) / 0.2),
  long: (line, side) => line + 0.3 * side * side + 2 * soft((side - 0.88) / 0.16),
  tied: (line, side) => line + 0.2 * side * side + 0.3 * soft((side - 0.88) / 0.2),
};
