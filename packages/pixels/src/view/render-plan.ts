import type { PixelImage } from '../contracts/pixel-image.ts';
import { isUpright, wholeImage } from './affine-map.ts';
import { createImagePyramid, type ImagePyramid } from './image-pyramid.ts';
import { renderView } from './render-view.ts';
import { cubic, resample, triangle } from './resample.ts';
import { type Normalization, sampleAffine } from './sample-affine.ts';
import { sampleBicubic } from './sample-bicubic.ts';
import type { ViewPass, ViewPlan } from './view-plan.ts';

/**
 * Writes one view, [size, size, channels], to `out` from `offset` on. A plan of a single bilinear pass is sampled straight from the pyramid; others make 8-bit
 * views between, as a chain of torchvision's transforms does.
 *
 * @param pyramid Of the image, in whose pixels the plan's first pass is.
 */
export async function renderPlan(
  pyramid: ImagePyramid,
  { passes, onView, color, erased }: ViewPlan,
  normalization: Normalization,
  size: number,
  out: Float32Array,
  offset: number,
): Promise<void> {
  let from = pyramid;
  const rest = [...passes];
  const last = rest[rest.length - 1] as ViewPass;
  // The last one is sampled into the normalized values themselves, unless its 8-bit view is needed.
  const direct = last.interpolation === 'bilinear' && onView.length === 0 ? rest.pop() : undefined;
  for (const pass of rest) from = createImagePyramid(rendered(from, pass, size));
  if (onView.length > 0) {
    let view = from.level(0);
    for (const { augmentation, random } of onView) view = (await augmentation.view?.(view, random)) ?? view;
    from = createImagePyramid(view);
  }
  const { map, inside } = direct ?? { map: wholeImage({ width: size, height: size }), inside: [] };
  sampleAffine(from, { map, inside, color, erased }, normalization, size, out, offset);
}

function rendered(from: ImagePyramid, { map, interpolation, inside }: ViewPass, size: number): PixelImage {
  const image = from.level(0);
  const { channels } = image;
  if (interpolation !== 'bilinear' && isUpright(map)) return resample(image, map, size, interpolation === 'bicubic' ? cubic : triangle);
  if (interpolation === 'bicubic') return sampleBicubic(image, map, size);
  return { data: renderView(image, map, size, inside), width: size, height: size, channels };
}
