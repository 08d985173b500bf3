import { createImage, type LinearImage } from '../image/linear-image.ts';
import { type NoiseTexture, noiseAt, noiseTexture } from '../image/noise-texture.ts';
import { paintBackground } from './background.ts';
import { blend, glassesCover, length, paintBrows, paintEyes, paintMouth, paintNostrils, type Surface, soft } from './face-features.ts';
import type { FaceIdentity } from './face-identity.ts';
import type { FacePose } from './face-pose.ts';
import { hairHalfWidth, paintBeard, paintScalp, strandAt } from './hair.ts';
import { faceBumps, headOutline, reliefAt } from './head-relief.ts';
import type { Light, Scene } from './scene.ts';

/**
 * The light from a person in a scene: an egg-shaped head with bumps, shaded by one lamp and ambient light
 * (Lambert's law, wrapped slightly past the terminator, as on skin; highlights after Blinn, SIGGRAPH 1977).
 * `size` is the side of the square image in pixels.
 */
export function renderFace(face: FaceIdentity, pose: FacePose, scene: Scene, size: number): LinearImage {
  const image = createImage(size, size);
  const head = headSurface(face, pose, size);
  const behind = new Float64Array(3);
  const surface: Surface = new Float64Array(4);
  const normal = new Float64Array(3);
  const light = new Float64Array(3);
  const blur = 2 / (size * pose.scale);
  for (let py = 0; py < size; py++) {
    for (let px = 0; px < size; px++) {
      const at = py * size + px;
      const sceneX = ((px + 0.5) / size) * 2 - 1;
      const sceneY = ((py + 0.5) / size) * 2 - 1;
      const x = head.x(sceneX, sceneY);
      const y = head.y(sceneX, sceneY);
      const cover = head.cover[at] as number;
      if (cover < 1) {
        paintBackground(scene, sceneX, sceneY, behind);
        paintBody(face, head.outline, scene, x, y, blur, behind);
      }
      if (cover > 0) {
        const u = head.u[at] as number;
        const v = head.v[at] as number;
        paintHead(face, pose, u, v, blur, surface);
        normalAt(head, at, normal);
        shade(surface, normal, scene.light, face.shine, light);
        const glasses = glassesCover(face, u, v, blur);
        for (let c = 0; c < 3; c++) {
          const shown = (light[c] as number) * (1 - glasses) + 0.02 * glasses;
          behind[c] = (behind[c] as number) + cover * (shown - (behind[c] as number));
        }
      }
      for (let c = 0; c < 3; c++) image.data[at * 3 + c] = behind[c] as number;
    }
  }
  return image;
}

/** The head in the image: coverage, position on the face (u, v) and height toward the camera, per pixel. */
interface HeadSurface {
  readonly size: number;
  readonly unit: number;
  readonly outline: (y: number) => number;
  readonly cover: Float32Array;
  readonly u: Float32Array;
  readonly v: Float32Array;
  readonly height: Float32Array;
  /** Image positions (-1..1) to face units, before the head turns. */
  x(sceneX: number, sceneY: number): number;
  y(sceneX: number, sceneY: number): number;
}

let pores: NoiseTexture | undefined;
let blotches: NoiseTexture | undefined;

function headSurface(face: FaceIdentity, pose: FacePose, size: number): HeadSurface {
  pores ??= noiseTexture('pores', { side: 256, cells: [64, 64], octaves: 2, persistence: 0.8 });
  const cos = Math.cos(pose.roll) / pose.scale;
  const sin = Math.sin(pose.roll) / pose.scale;
  const x = (sceneX: number, sceneY: number) => (sceneX - pose.x) * cos + (sceneY - pose.y) * sin;
  const y = (sceneX: number, sceneY: number) => (sceneY - pose.y) * cos - (sceneX - pose.x) * sin;
  const cells = size * size;
  const head = {
    size,
    unit: (size * pose.scale) / 2,
    outline: headOutline(face),
    cover: new Float32Array(cells),
    u: new Float32Array(cells),
    v: new Float32Array(cells),
    height: new Float32Array(cells),
    x,
    y,
  };
  const bumps = faceBumps(face, pose);
  const turn = { cos: Math.cos(pose.yaw), sin: Math.sin(pose.yaw) };
  const nod = { cos: Math.cos(pose.pitch), sin: Math.sin(pose.pitch) };
  const blur = 1 / head.unit;
  for (let at = 0; at < cells; at++) {
    const sceneX = (((at % size) + 0.5) / size) * 2 - 1;
    const sceneY = ((Math.floor(at / size) + 0.5) / size) * 2 - 1;
    const faceX = x(sceneX, sceneY);
    const faceY = y(sceneX, sceneY);
    const half = head.outline(faceY);
    if (half === 0) continue;
    const cover = soft((half - Math.abs(faceX)) / blur);
    if (cover === 0) continue;
    const across = Math.min(1, Math.max(-1, faceX / half));
    const forward = Math.sqrt(1 - across * across);
    const u = half * (across * turn.cos - forward * turn.sin);
    const v = faceY * nod.cos - 0.7 * forward * nod.sin * Math.sqrt(Math.max(0, 1 - faceY * faceY));
    head.cover[at] = cover;
    head.u[at] = u;
    head.v[at] = v;
    const pore = noiseAt(pores, face.textureOrigin[0] + u * 95, face.textureOrigin[1] + v * 95);
    head.height[at] = 0.8 * half * forward + 0.25 * Math.sqrt(Math.max(0, 1 - faceY * faceY)) + reliefAt(bumps, u, v) + 0.0028 * face.texture * pore;
  }
  return head;
}

/** Unit normal from the slope of the height; x right, y down, z toward the camera. */
function normalAt(head: HeadSurface, at: number, to: Float64Array): void {
  const dx = -slopeAt(head, at, 1);
  const dy = -slopeAt(head, at, head.size);
  const norm = Math.sqrt(dx * dx + dy * dy + 1);
  to[0] = dx / norm;
  to[1] = dy / norm;
  to[2] = 1 / norm;
}

function slopeAt({ unit, cover, height }: HeadSurface, at: number, step: number): number {
  const here = height[at] as number;
  const ahead = (cover[at + step] ?? 0) > 0 ? (height[at + step] as number) : here;
  const back = (cover[at - step] ?? 0) > 0 ? (height[at - step] as number) : here;
  return Math.min(3, Math.max(-3, ((ahead - back) * unit) / 2));
}

/** Skin, hair and features at a position on the face. */
function paintHead(face: FaceIdentity, pose: FacePose, u: number, v: number, blur: number, to: Surface): void {
  blotches ??= noiseTexture('blotches', { side: 128, cells: [8, 8], octaves: 4, persistence: 0.7 });
  pores ??= noiseTexture('pores', { side: 256, cells: [64, 64], octaves: 2, persistence: 0.8 });
  const [originX, originY] = face.textureOrigin;
  const blotch = 0.05 * face.texture * noiseAt(blotches, originX + u * 40, originY + v * 40);
  const pore = 0.055 * face.texture * noiseAt(pores, originX + u * 95, originY + v * 95);
  const flush =
    0.12 * Math.max(0, 1 - length((Math.abs(u) - 0.4) / 0.22, (v - 0.25) / 0.2)) + 0.1 * Math.max(0, 1 - length(u / 0.12, (v - face.nose.y) / 0.12));
  const [red, green, blue] = face.skin;
  to[0] = red * (1 + 0.6 * blotch + pore);
  to[1] = green * (1 + blotch + pore - flush);
  to[2] = blue * (1 + blotch + pore - flush);
  to[3] = 0.5;
  if (face.freckles > 0) {
    const spot = soft((noiseAt(pores, originX + 90 + u * 60, originY + v * 60) - 1.4) / 0.4) * Math.max(0, 1 - Math.abs(v - 0.2) / 0.4);
    blend(to, red * 0.55, green * 0.42, blue * 0.35, 0.4, 0.7 * face.freckles * spot);
  }
  const strand = v < 0.05 || face.beard > 0 || face.hair.style === 'long' ? strandAt(face, u, v) : 0;
  paintBeard(face, u, v, strand, to);
  if (v > -0.6 && v < 0.25) {
    paintEyes(face, pose, u, v, blur, to);
    paintBrows(face, pose, u, v, blur, strand, to);
  }
  if (v > 0.1 && v < 0.6) paintNostrils(face, u, v, blur, to);
  if (v > 0.4) paintMouth(face, pose, u, v, blur, to);
  paintScalp(face, u, v, blur, strand, to);
}

/** Hair behind the head, ears, neck and clothes, over the background. */
function paintBody(face: FaceIdentity, outline: (y: number) => number, scene: Scene, x: number, y: number, blur: number, to: Float64Array): void {
  const { light } = scene;
  const [red, green, blue] = face.skin;
  const hair = hairHalfWidth(face, outline, y);
  if (hair > 0 && Math.abs(x) < hair + 0.1) {
    const strand = strandAt(face, x, y);
    const shade = Math.max(0.25, 0.8 + 0.32 * strand);
    const [r, g, b] = face.hair.tone;
    coverMatt(to, r * shade, g * shade, b * shade, soft((hair - Math.abs(x) + 0.02 * strand) / (blur + 0.02)), light, 0.75 * cylinder(light, x / hair));
  }
  if (y > 0.4) {
    const below = Math.max(0, y - 0.9);
    const neck = 0.4 * face.head.halfWidth + 0.1 + 0.14 * below * below;
    const chinShadow = 0.35 + 0.65 * soft((y - 1.15) / 0.4);
    coverMatt(to, red, green, blue, soft((neck - Math.abs(x)) / blur), light, chinShadow * cylinder(light, x / neck));
    const collar = 1.18 + 0.16 * Math.max(0, 1 - x * x * 11) + 0.14 * x * x;
    const { color, second, stripes } = scene.clothes;
    const [r, g, b] = stripes > 0 && Math.sin(y * stripes) > 0 ? second : color;
    const folds = 0.15 * Math.sin(x * 9 + y * 3);
    coverMatt(to, r, g, b, soft((y - collar) / blur), light, 0.8 * cylinder(light, Math.min(1, Math.max(-1, x * 0.6))) - folds);
  }
  if (y > -0.3 && y < 0.35 && face.hair.style !== 'long') {
    const ear = length((Math.abs(x) - outline(0) - 0.02) / 0.09, (y - 0.02) / (y < 0 ? 0.17 : 0.21));
    const fold = 1 - 0.45 * soft(1 - Math.abs(ear - 0.55) / 0.25);
    coverMatt(to, red * fold, green * fold * 0.9, blue * fold * 0.88, soft(((1 - ear) * 0.09) / blur), light, 0.8 * cylinder(light, Math.sign(x) * 0.6));
  }
}

/** Paints a matte surface over the image; `facing` is the cosine between its normal and the lamp. */
function coverMatt(to: Float64Array, red: number, green: number, blue: number, amount: number, { lamp, ambient }: Light, facing: number): void {
  if (amount <= 0) return;
  const lit = Math.max(0, facing);
  to[0] = (to[0] as number) + amount * (red * (ambient[0] + lamp[0] * lit) - (to[0] as number));
  to[1] = (to[1] as number) + amount * (green * (ambient[1] + lamp[1] * lit) - (to[1] as number));
  to[2] = (to[2] as number) + amount * (blue * (ambient[2] + lamp[2] * lit) - (to[2] as number));
}

/** Cosine between the lamp and an upright cylinder's normal at -1..1 across it. */
function cylinder({ direction }: Light, across: number): number {
  return direction[2] * Math.sqrt(Math.max(0, 1 - across * across)) + direction[0] * across;
}

/** Light from a surface toward the camera. */
function shade(surface: Surface, normal: Float64Array, { direction, lamp, ambient }: Light, shine: number, to: Float64Array): void {
  const nx = normal[0] as number;
  const ny = normal[1] as number;
  const nz = normal[2] as number;
  const facing = nx * direction[0] + ny * direction[1] + nz * direction[2];
  const halfLength = Math.sqrt(2 + 2 * direction[2]);
  const mirror = Math.max(0, (nx * direction[0] + ny * direction[1] + nz * (direction[2] + 1)) / halfLength);
  const gloss = surface[3] as number;
  const tight = power24(mirror);
  const sharp = tight * tight * tight * tight;
  const highlight = gloss * (0.1 * shine * tight + (gloss > 0.8 ? 0.9 * sharp : 0.25 * shine * sharp));
  const upward = 0.75 - 0.25 * ny;
  const diffuse = Math.max(0, (facing + 0.15) / 1.15);
  const redder = Math.max(0, (facing + 0.3) / 1.3);
  for (let c = 0; c < 3; c++) {
    const lit = c === 0 ? 0.75 * diffuse + 0.25 * redder : diffuse;
    to[c] = (surface[c] as number) * ((ambient[c] as number) * upward + (lamp[c] as number) * lit) + highlight * (lamp[c] as number);
  }
}

const power24 = (t: number) => {
  const t8 = t * t * t * t * (t * t * t * t);
  return t8 * t8 * t8;
};
