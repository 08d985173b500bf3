import { cannot } from '../contracts/errors.ts';
import { evenlySpread } from '../data/choose-frames.ts';
import { groupVideos, type Slot } from '../data/group-videos.ts';
import { labelsOf } from '../data/labels-of.ts';
import type { SourceDomain } from '../data/read-domains.ts';

/**
 * n training images, as many of each domain and label as can be, from as many videos as can be: the same ones in every call.
 *
 * @throws UserError, exit code 2, where there are fewer.
 */
export function chooseBalanced(sources: readonly SourceDomain[], n: number): readonly Slot[] {
  const all = sources.flatMap(({ samples }) => samples);
  if (n > all.length) throw cannot(`overfit ${n} samples`, `the source domains have ${all.length} to train on`, `at most ${all.length}`, { exitCode: 2 });
  const labels = labelsOf(all);
  const pools = labels.flatMap((label) =>
    sources.map(({ samples }, domain) =>
      inTurns(
        samples.filter((sample) => sample.label === label),
        domain,
      ),
    ),
  );
  const chosen: Slot[] = [];
  for (let turn = 0; chosen.length < n; turn++) for (const pool of pools) if (pool[turn] && chosen.length < n) chosen.push(pool[turn] as Slot);
  return chosen;
}

/** One frame of each video, from its middle on, then another of each, and so on. */
function inTurns(samples: SourceDomain['samples'], domain: number): Slot[] {
  const videos = groupVideos(samples, domain).map(({ frames }) => {
    const [middle] = evenlySpread(frames.length, 1) as [number];
    return [...frames.slice(middle), ...frames.slice(0, middle)];
  });
  const longest = Math.max(0, ...videos.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => videos.flatMap((frames) => (frames[turn] ? [{ sample: frames[turn], domain }] : []))).flat();
}
