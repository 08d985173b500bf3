import { aspectTolerance, mostStretched } from '@gradalign/core/images';

/** Width and height as `squared` computes them, for ffmpeg's scale filter. */
export const squareScale = (() => {
  const aspect = `if(gte(abs(sar-1),${aspectTolerance})*between(sar,${1 / mostStretched},${mostStretched}),sar,1)`;
  return `w='trunc(iw*max(${aspect},1)+0.5)':h='trunc(ih/min(${aspect},1)+0.5)'`;
})();
