/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What to do with pixels that are not square: `correct` stretches the shorter side of each, so that a face has its shape; `keep` leaves them. */
export type PixelAspect = 'correct' | 'keep';

/** Below this difference pixels count as square: rounding in headers. */
const tolerance = 0.005;
/** Beyond it a header is taken for wrong. */
const most = 4;

/** Whether pixels of this width over height are stretched. */
export function isStretched(aspect: number): boolean {
  return Math.abs(aspect - 1) >= tolerance && aspect <= most && aspect >= 1 / most;
}

/** Width and height as ffmpeg's scale filter computes them, so that pixels become square; nothing is made smaller. */
export const squareScale = (() => {
  const aspect = `if(gte(abs(sar-1),${tolerance})*between(sar,${1 / most},${most}),sar,1)`;
  return `w='trunc(iw*max(${aspect},1)+0.5)':h='trunc(ih/min(${aspect},1)+0.5)'`;
})();

/** The same numbers. */
export function squared({ width, height }: Size, aspect: number): Size {
  const used = isStretched(aspect) ? aspect : 1;
  return { width: Math.trunc(width * Math.max(used, 1) + 0.5), height: Math.trunc(height / Math.min(used, 1) + 0.5) };
}
