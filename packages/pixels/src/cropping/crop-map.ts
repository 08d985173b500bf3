import type { AffineMap } from '../contracts/pixel-image.ts';
import type { Rectangle } from '../contracts/rectangle.ts';
import { composeAffine } from '../view/affine-map.ts';
import type { CropConvention } from './crop-convention.ts';
import type { FaceLandmarks } from './face.ts';

/**
 * Positions of the eyes in an aligned image, in 0..1: those of ArcFace's 112 x 112 template (Deng et al., CVPR 2019), (38.29, 51.70) and
 * (73.53, 51.50), made symmetric.
 */
const alignedEyes = { distance: 35.24 / 112, y: 51.6 / 112 };

/** The map that shows a face as a convention asks: crop, rotation and resizing in one. */
export function cropMap({ align, margin, square }: CropConvention, face: { readonly box?: Rectangle; readonly landmarks?: FaceLandmarks }): AffineMap {
  if (align === 'eyes') {
    if (!face.landmarks) throw new TypeError('Cannot align a face: it has no eyes, expected landmarks');
    return grown(eyesMap(face.landmarks), 1 + margin);
  }
  if (!face.box) throw new TypeError('Cannot crop a face: it has no box, expected one');
  return grown(boxMap(face.box, square), 1 + margin);
}

function boxMap({ x, y, width, height }: Rectangle, square: boolean): AffineMap {
  const across = square ? Math.max(width, height) : width;
  const down = square ? Math.max(width, height) : height;
  return { xx: across, xy: 0, x0: x + width / 2 - across / 2, yx: 0, yy: down, y0: y + height / 2 - down / 2 };
}

/** The similarity that puts the eyes level at their positions. In an upright image the right eye is the one further left. */
function eyesMap({ rightEye, leftEye }: FaceLandmarks): AffineMap {
  const [first, second] = rightEye.x <= leftEye.x ? [rightEye, leftEye] : [leftEye, rightEye];
  const x = (second.x - first.x) / alignedEyes.distance;
  const y = (second.y - first.y) / alignedEyes.distance;
  const between = { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2 };
  return {
    xx: x,
    xy: -y,
    x0: between.x - 0.5 * x + alignedEyes.y * y,
    yx: y,
    yy: x,
    y0: between.y - 0.5 * y - alignedEyes.y * x,
  };
}

/** The same crop with more, or less, around it. */
function grown(map: AffineMap, factor: number): AffineMap {
  const offset = (1 - factor) / 2;
  return composeAffine(map, { xx: factor, xy: 0, x0: offset, yx: 0, yy: factor, y0: offset });
}
