import type { Sample } from '../contracts/dataset.ts';
import { evenlySpread } from '../data/choose-frames.ts';
import { groupVideos } from '../data/group-videos.ts';
import type { Domains } from '../data/read-domains.ts';

/** How many videos of each domain and label are kept. */
export interface Trim {
  readonly training: number;
  /** Of held-out shares and of targets. */
  readonly evaluated: number;
}

/** The same domains with at most so many videos (or images without one) of each label, evenly spread over those there are. */
export function trimmedDomains({ sources, targets, ...rest }: Domains, { training, evaluated }: Trim): Domains {
  return {
    ...rest,
    sources: sources.map((domain) => ({ ...domain, samples: someVideos(domain.samples, training), heldOut: someVideos(domain.heldOut, evaluated) })),
    targets: targets.map((domain) => ({ ...domain, samples: someVideos(domain.samples, evaluated) })),
  };
}

/** Samples of all domains, whatever they are for. */
export function countSamples({ sources, targets }: Domains): number {
  return [...sources.flatMap(({ samples, heldOut }) => [samples, heldOut]), ...targets.map(({ samples }) => samples)].reduce(
    (sum, { length }) => sum + length,
    0,
  );
}

function someVideos(samples: readonly Sample[], most: number): readonly Sample[] {
  const videos = groupVideos(samples, 0);
  const kept = new Set<Sample>();
  for (const label of new Set(videos.map((video) => video.label))) {
    const own = videos.filter((video) => video.label === label);
    for (const i of evenlySpread(own.length, most)) for (const frame of own[i]?.frames ?? []) kept.add(frame);
  }
  return samples.filter((sample) => kept.has(sample));
}
