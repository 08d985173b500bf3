import type { Sample } from '@gradalign/core';

/** True where samples are whole clips, whose frames have to be extracted before training. */
export function holdsVideos(samples: readonly Sample[]): boolean {
  return samples.some(({ image }) => 'clip' in image);
}
