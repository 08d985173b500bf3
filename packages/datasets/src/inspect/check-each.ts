import type { Sample } from '@gradalign/core';

/** An image or a video that training has to leave out. */
export interface BrokenFile {
  /** The sample's id. */
  readonly id: string;
  /** Its file; absent where it has none. */
  readonly path?: string;
  /** What is wrong: `the file is empty`. */
  readonly reason: string;
}

/** Progress and interruption of checks. */
export interface CheckOptions {
  /** Called after each file. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Files checked at a time: as many as libuv has threads by default, on which sharp decodes. */
const atOnce = 4;

/** Checks the file of every sample. The broken ones, in the order of the samples. */
export async function checkEach(
  samples: readonly Sample[],
  whatIsWrong: (sample: Sample) => Promise<string | undefined>,
  { onProgress, signal }: CheckOptions,
): Promise<BrokenFile[]> {
  const reasons = new Map<Sample, string>();
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let sample = samples[next++]; sample; sample = samples[next++]) {
      signal?.throwIfAborted();
      const reason = await whatIsWrong(sample);
      if (reason !== undefined) reasons.set(sample, reason);
      onProgress?.(++done, samples.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return samples.flatMap((sample) => {
    const reason = reasons.get(sample);
    return reason === undefined ? [] : [{ id: sample.id, ...pathOf(sample), reason }];
  });
}

function pathOf({ image }: Sample): { readonly path?: string } {
  if ('clip' in image) return { path: image.clip };
  return 'path' in image ? { path: image.path } : {};
}
