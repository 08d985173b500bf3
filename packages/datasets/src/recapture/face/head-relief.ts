import type { FaceIdentity } from './face-identity.ts';
import type { FacePose } from './face-pose.ts';

/** Half the head's width at height y, in face units; 0 above the crown and below the chin. */
function headHalfWidth({ head }: FaceIdentity, y: number): number {
  if (y <= -1 || y >= 1) return 0;
  if (y < 0) return head.halfWidth * (1 - (-y) ** head.roundness) ** (1 / head.roundness);
  const taper = 1 - (1 - head.jaw) * smooth(y / 0.85);
  return head.halfWidth * taper * (1 - y ** (head.roundness + 0.8)) ** (1 / 2.2);
}

/** `headHalfWidth` from a table: it is needed at every pixel, and powers are slow. */
export function headOutline(face: FaceIdentity): (y: number) => number {
  const steps = 512;
  const table = Float32Array.from({ length: steps + 2 }, (_, i) => headHalfWidth(face, (i / steps) * 2 - 1));
  return (y) => {
    if (y <= -1 || y >= 1) return 0;
    const place = ((y + 1) / 2) * steps;
    const index = Math.floor(place);
    const from = table[index] as number;
    return from + ((table[index + 1] as number) - from) * (place - index);
  };
}

/** A bump of the face: it ends at its radii. */
interface Bump {
  readonly u: number;
  readonly v: number;
  readonly radiusU: number;
  readonly radiusV: number;
  readonly height: number;
}

/** Brows, sockets, eyeballs, nose, cheeks, lips and chin as bumps on the egg of the head. */
export function faceBumps(face: FaceIdentity, pose: FacePose): readonly Bump[] {
  const { eyes, nose, mouth } = face;
  const bothSides = (u: number, v: number, radiusU: number, radiusV: number, height: number): Bump[] => [
    { u: -u, v, radiusU, radiusV, height },
    { u, v, radiusU, radiusV, height },
  ];
  const middle = (v: number, radiusU: number, radiusV: number, height: number): Bump => ({ u: 0, v, radiusU, radiusV, height });
  const drop = 0.06 * pose.mouthOpen;
  return [
    middle(eyes.y - 0.24, 0.62, 0.2, 0.06),
    ...bothSides(eyes.apart, eyes.y, 0.25, 0.19, -0.1),
    ...bothSides(eyes.apart, eyes.y, 0.16, 0.11, 0.06),
    middle((eyes.y + nose.y) / 2 + 0.05, 0.15, 0.4, 0.14 * nose.height),
    middle(nose.y - 0.03, 0.17, 0.17, 0.13 * nose.height),
    ...bothSides(nose.halfWidth * 0.75, nose.y + 0.02, 0.09, 0.09, 0.07),
    ...bothSides(0.42, 0.2, 0.4, 0.36, 0.08 + 0.03 * pose.smile),
    ...bothSides(0.27, 0.48, 0.16, 0.22, -0.02 - 0.03 * pose.smile),
    middle((nose.y + mouth.y) / 2 + 0.02, 0.06, 0.12, -0.03),
    middle(mouth.y - 0.05, mouth.halfWidth * 1.2, 0.09, 0.05),
    middle(mouth.y + 0.06 + drop, mouth.halfWidth, 0.1, 0.07),
    middle(mouth.y + 0.17 + drop, 0.26, 0.09, -0.05),
    middle(0.88 + drop, 0.28, 0.2, 0.09),
  ];
}

/** Sum of the bumps at a position on the face. */
export function reliefAt(bumps: readonly Bump[], u: number, v: number): number {
  let sum = 0;
  for (const bump of bumps) {
    const dv = (v - bump.v) / bump.radiusV;
    if (dv <= -1 || dv >= 1) continue;
    const du = (u - bump.u) / bump.radiusU;
    const inside = 1 - du * du - dv * dv;
    if (inside > 0) sum += bump.height * inside * inside;
  }
  return sum;
}

const smooth = (t: number) => {
  const s = Math.min(1, Math.max(0, t));
  return s * s * (3 - 2 * s);
};
