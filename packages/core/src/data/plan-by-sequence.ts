import type { Random } from '../contracts/seed.ts';
import type { EpochPlan, EpochPlanOptions } from './epoch-plan-options.ts';
import type { Slot, Video } from './group-videos.ts';
import { labelsOf } from './labels-of.ts';

/** What `planBySequence` needs besides the videos. */
export type SequenceOptions = Omit<EpochPlanOptions, 'balance' | 'sampling'> & { readonly sampling: 'shuffle' | 'round-robin' };

/**
 * Plans epochs as one sequence of videos, cut into steps of `perDomain` samples a source domain; the last step has what is left.
 *
 * - `shuffle`: every video once, in random order.
 * - `round-robin`: videos stand in one list for each domain and label that has any. With L lists, place n of the sequence is video floor(n / L) modulo its
 *   length of list n mod L, for L times the longest list; then all places are shuffled. Lists that are shorter repeat.
 *
 * Where `stepsPerEpoch` is given there are as many steps, all of them full: sequences follow each other, each shuffled anew, until the epoch is over.
 */
export function planBySequence(videos: readonly Video[], { domains, perDomain, sampling, seed, stepsPerEpoch: given }: SequenceOptions): EpochPlan {
  const places = sampling === 'shuffle' ? videos : inTurns(listsOf(videos));
  const size = perDomain * domains.length;
  const stepsPerEpoch = given ?? Math.ceil(places.length / size);
  const count = given === undefined ? places.length : given * size;
  const stream = seed.stream('domain-batches');

  const sequence = (epoch: number): Slot[] => {
    const rounds = Array.from({ length: Math.ceil(count / places.length) }, (_, round) => slotsOf(places, stream.at(epoch, sampling, round)));
    return rounds.flat().slice(0, count);
  };
  return {
    stepsPerEpoch,
    warnings: sameLabel(videos),
    epoch(epoch) {
      const slots = sequence(epoch);
      return Array.from({ length: stepsPerEpoch }, (_, step) => slots.slice(step * size, (step + 1) * size));
    },
  };
}

/** A warning where there is nothing to tell apart. */
export function sameLabel(videos: readonly Video[]): string[] {
  const [only, ...others] = labelsOf(videos);
  return others.length === 0 ? [`All samples of the source domains have label ${only}: there is nothing to tell apart`] : [];
}

function listsOf(videos: readonly Video[]): Video[][] {
  const lists = new Map<string, Video[]>();
  for (const video of videos) {
    const key = `${video.domain} ${video.label}`;
    const list = lists.get(key);
    if (list) list.push(video);
    else lists.set(key, [video]);
  }
  return [...lists.values()];
}

function inTurns(lists: readonly (readonly Video[])[]): Video[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => lists.map((list) => list[turn % list.length] as Video)).flat();
}

function slotsOf(places: readonly Video[], random: Random): Slot[] {
  return random.shuffle(places).map(({ domain, frames }) => ({ domain, sample: random.pick(frames) }));
}
