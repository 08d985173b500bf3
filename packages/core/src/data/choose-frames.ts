import type { Sample } from '../contracts/dataset.ts';

/**
 * At most n frames of each video, evenly spread over its frames in their order; 0 takes all. Keeps all samples without a video, and the order of the
 * samples. Throws a RangeError where n is not a whole number >= 0.
 */
export function chooseFrames(samples: readonly Sample[], n: number): Sample[] {
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`Cannot choose frames: ${n} frames a video are wanted, expected a whole number, 0 for all`);
  if (n === 0) return [...samples];
  const videos = new Map<string, Sample[]>();
  for (const sample of samples) {
    if (sample.video === undefined) continue;
    const frames = videos.get(sample.video);
    if (frames) frames.push(sample);
    else videos.set(sample.video, [sample]);
  }
  const chosen = new Set<Sample>();
  for (const frames of videos.values()) {
    const ordered = frames.sort(byFrame);
    for (const i of evenlySpread(ordered.length, n)) chosen.add(ordered[i] as Sample);
  }
  return samples.filter((sample) => sample.video === undefined || chosen.has(sample));
}

/** min(n, count) indices in 0 .. count - 1, in rising order: the middles of n equal parts. `evenlySpread(10, 2)` is [2, 7]. */
export function evenlySpread(count: number, n: number): number[] {
  if (n >= count) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: n }, (_, i) => Math.floor(((i + 0.5) * count) / n));
}

/** By frame number; where it is not known, by id. */
function byFrame(a: Sample, b: Sample): number {
  if (a.frame !== undefined && b.frame !== undefined && a.frame !== b.frame) return a.frame - b.frame;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
