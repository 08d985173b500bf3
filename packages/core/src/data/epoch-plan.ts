import { cannot } from '../contracts/errors.ts';
import type { Random } from '../contracts/seed.ts';
import type { EpochPlan, EpochPlanOptions } from './epoch-plan-options.ts';
import { groupVideos, type Slot, type Video } from './group-videos.ts';
import { labelsOf } from './labels-of.ts';
import { planBySequence, sameLabel } from './plan-by-sequence.ts';

export type { EpochPlan, EpochPlanOptions } from './epoch-plan-options.ts';
export type { Slot } from './group-videos.ts';

/**
 * Plans which samples each step of an epoch trains on. Videos are drawn, and one random frame of each.
 *
 * Balanced: without repetition until those of their domain and label are used up, then shuffled anew. With balance over domains each domain has `perDomain`
 * samples in a step; with balance over labels these (or all samples, without balance over domains) are split evenly among the labels; the remainder rotates
 * from step to step. The other samplings: see `planBySequence`.
 */
export function createEpochPlan(options: EpochPlanOptions): EpochPlan {
  const { domains, sampling = 'balanced' } = options;
  if (domains.length === 0) throw cannot('draw batches', 'there is no source domain', 'at least one');
  const empty = domains.find(({ samples }) => samples.length === 0);
  if (empty) throw cannot(`draw batches from domain '${empty.name}'`, 'it has no samples to train on', 'at least one');

  const videos = domains.flatMap(({ samples }, domain) => groupVideos(samples, domain));
  return sampling === 'balanced' ? planBalanced(videos, options) : planBySequence(videos, { ...options, sampling });
}

function planBalanced(videos: readonly Video[], { domains, perDomain, balance, seed, ...options }: EpochPlanOptions): EpochPlan {
  const groups = balance.includes('domain')
    ? domains.map(({ name }, domain) =>
        createGroup(
          `domain '${name}'`,
          videos.filter((video) => video.domain === domain),
          perDomain,
          balance,
        ),
      )
    : [createGroup('all source domains', videos, perDomain * domains.length, balance)];
  const stepsPerEpoch = options.stepsPerEpoch ?? Math.ceil(videos.length / (perDomain * domains.length));
  const stream = seed.stream('domain-batches');

  return {
    stepsPerEpoch,
    warnings: [...groups.flatMap(repeating), ...oneSided(domains, videos)],
    epoch(epoch) {
      const decks = groups.map(({ of, pools }) => pools.map((pool) => createDeck(pool, stream.at(epoch, of, pool.label ?? 'all'))));
      const step = (turn: number) =>
        groups.flatMap((group, g) => {
          const counts = shares(group, turn + g);
          return decks[g]?.flatMap((deck, p) => deck.draw(counts[p] as number)) ?? [];
        });
      return Array.from({ length: stepsPerEpoch }, (_, turn) => step(turn));
    },
  };
}

/** Videos to draw from without repetition. */
interface Pool {
  readonly label?: number;
  readonly videos: readonly Video[];
}

/** A part of the batch, split evenly among its pools. */
interface Group {
  readonly of: string;
  readonly size: number;
  readonly pools: readonly Pool[];
}

interface Deck {
  draw(count: number): Slot[];
}

function createGroup(of: string, videos: readonly Video[], size: number, balance: EpochPlanOptions['balance']): Group {
  if (!balance.includes('label')) return { of, size, pools: [{ videos }] };
  const pools = labelsOf(videos).map((label) => ({ label, videos: videos.filter((video) => video.label === label) }));
  return { of, size, pools };
}

/** How many samples of a step come from each pool: as even as possible, with the remainder rotating with `turn`. */
function shares({ size, pools }: Group, turn: number): number[] {
  const remainder = size % pools.length;
  const first = (turn * remainder) % pools.length;
  return pools.map((_, p) => Math.floor(size / pools.length) + ((p - first + pools.length) % pools.length < remainder ? 1 : 0));
}

function createDeck({ videos }: Pool, random: Random): Deck {
  let left: Video[] = [];
  return {
    draw(count) {
      const drawn: Video[] = [];
      while (drawn.length < count) {
        if (left.length === 0) {
          // Videos already in this step go last, so that none is drawn twice in a step before all are drawn once.
          const shuffled = random.shuffle(videos);
          left = [...shuffled.filter((video) => !drawn.includes(video)), ...shuffled.filter((video) => drawn.includes(video))].reverse();
        }
        drawn.push(left.pop() as Video);
      }
      return drawn.map(({ domain, frames }) => ({ domain, sample: random.pick(frames) }));
    },
  };
}

function repeating({ of, size, pools }: Group): string[] {
  const most = Math.ceil(size / pools.length);
  return pools
    .filter(({ videos }) => videos.length < most)
    .map(({ label, videos }) => {
      const which = label === undefined ? '' : ` with label ${label}`;
      return `A step takes ${most} videos${which} of ${of}, which has ${videos.length}: they repeat within a batch`;
    });
}

function oneSided(domains: EpochPlanOptions['domains'], videos: readonly Video[]): string[] {
  const all = labelsOf(videos);
  const same = sameLabel(videos);
  if (same.length > 0) return same;
  return domains.flatMap(({ name }, domain) => {
    const missing = all.filter((label) => !videos.some((video) => video.domain === domain && video.label === label));
    return missing.length > 0 ? [`Domain '${name}' has no samples with label ${missing.join(', ')}: its part of a batch cannot be balanced`] : [];
  });
}
