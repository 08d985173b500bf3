import type { ImageSize } from './affine-map.ts';

/** What to do with pixels that are not square: `correct` stretches the shorter side of each, so that a face has its shape; `keep` leaves them. */
export type PixelAspect = 'correct' | 'keep';

/** Below this difference pixels count as square: rounding in headers. */
export const aspectTolerance = 0.005;
/** Beyond it a header is taken for wrong. */
export const mostStretched = 4;

/** Whether pixels of this width over height are stretched. */
export function isStretched(aspect: number): boolean {
  return Math.abs(aspect - 1) >= aspectTolerance && aspect <= mostStretched && aspect >= 1 / mostStretched;
}

/** Width and height of the image when its pixels are square; nothing is made smaller. */
export function squared({ width, height }: ImageSize, aspect: number): ImageSize {
  const used = isStretched(aspect) ? aspect : 1;
  return { width: Math.trunc(width * Math.max(used, 1) + 0.5), height: Math.trunc(height / Math.min(used, 1) + 0.5) };
}

/** What was done to pixels of this aspect, for people; nothing where they are square. */
export function stretchChanges(aspect: number, how: PixelAspect): string[] {
  return isStretched(aspect) ? [`pixels ${Math.round(aspect * 1000) / 1000} times as wide as high ${how === 'keep' ? 'kept so' : 'made square'}`] : [];
}
