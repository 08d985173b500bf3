import { type ImageSize, shrinkage } from './affine-map.ts';
import type { InputShape } from './render-input.ts';
import { halvingsFor } from './sample-affine.ts';
import { planView, type ViewPass, type ViewPlan } from './view-plan.ts';

/** The factor by which an image may be decoded smaller: what the first pass of each view would halve away itself. */
export function shrinkFor(plans: readonly ViewPlan[], size: number): 1 | 2 | 4 | 8 {
  const halvings = Math.min(...plans.map(({ passes: [first] }) => (first ? halvingsOf(first, size) : 0)));
  return (2 ** Math.min(3, halvings)) as 1 | 2 | 4 | 8;
}

/** The factor by which the training loader decodes an image smaller that it shows whole. */
export function wholeImageShrink(of: ImageSize, shape: InputShape): 1 | 2 | 4 | 8 {
  return shrinkFor([planView([], of, shape)], shape.size);
}

function halvingsOf({ map, interpolation }: ViewPass, size: number): number {
  return interpolation === 'bilinear' ? halvingsFor(shrinkage(map, size)) : 0;
}
