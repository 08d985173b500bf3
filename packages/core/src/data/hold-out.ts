import type { Sample } from '../contracts/dataset.ts';
import type { Seed } from '../contracts/seed.ts';
import { labelsOf } from './labels-of.ts';

/** The samples of a domain, in two parts. */
export interface HeldOut {
  readonly training: readonly Sample[];
  readonly heldOut: readonly Sample[];
  /** What was not possible: the domain has one subject, or a label that only one subject has. */
  readonly warning?: string;
}

/**
 * Keeps a share of a domain out of training: whole subjects (or videos, or images, where the coarser unit is unknown), chosen by the seed, at
 * least one and never all. Subjects are drawn in proportion from groups with the same labels; a label still missing then gets one more subject.
 * Training keeps at least one subject of each label wherever possible.
 *
 * @param share 0..1 of the subjects; 0 holds nothing out
 */
export function holdOut(samples: readonly Sample[], share: number, seed: Seed, domain: string): HeldOut {
  if (share <= 0) return { training: samples, heldOut: [] };
  const groups = seed.stream('hold-out').at(domain).shuffle(groupSamples(samples));
  if (groups.length < 2) {
    return {
      training: samples,
      heldOut: [],
      warning: `Nothing of domain '${domain}' is held out: it has one ${groups[0]?.unit ?? 'sample'} only, and at least two are needed`,
    };
  }
  const held = new Set<Group>();
  for (const group of inProportion(groups, Math.max(1, Math.round(share * groups.length)))) if (isSpared(group, groups, held)) held.add(group);
  for (const label of labelsOf(samples)) {
    if ([...held].some((group) => group.labels.has(label))) continue;
    const candidate = groups.find((group) => group.labels.has(label) && isSpared(group, groups, held));
    if (candidate) held.add(candidate);
  }
  if (held.size === 0) held.add(groups[0] as Group);
  const kept = new Set([...held].flatMap((group) => group.samples));
  const training = samples.filter((sample) => !kept.has(sample));
  const heldOut = samples.filter((sample) => kept.has(sample));
  const warning = missingLabels(samples, training, heldOut, domain);
  return { training, heldOut, ...(warning === undefined ? {} : { warning }) };
}

/** Samples that must stay together. */
interface Group {
  readonly unit: 'subject' | 'video' | 'image';
  readonly key: string;
  readonly samples: Sample[];
  readonly labels: Set<number>;
}

/**
 * The unit that a sample belongs to and must not be separated from: its subject, else its video, else the image itself, as far as they are known. The
 * same subject in two splits of a domain counts as one person: where a data set numbers the people of each split from 1, that errs on the safe side.
 */
export function inseparable(sample: Sample): { readonly unit: 'subject' | 'video' | 'image'; readonly key: string } {
  const unit = sample.subject !== undefined ? 'subject' : sample.video !== undefined ? 'video' : 'image';
  return { unit, key: `${unit}:${sample.subject ?? sample.video ?? sample.id}` };
}

/** Sorted, so that the order in which files were found does not matter. */
function groupSamples(samples: readonly Sample[]): Group[] {
  const groups = new Map<string, Group>();
  for (const sample of samples) {
    const { unit, key } = inseparable(sample);
    const group = groups.get(key) ?? { unit, key, samples: [], labels: new Set() };
    group.samples.push(sample);
    group.labels.add(sample.label);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** `count` groups, as many from each kind (those with the same labels) as its share of all; largest remainders first. */
function inProportion(groups: readonly Group[], count: number): Group[] {
  const kinds = new Map<string, Group[]>();
  for (const group of groups) {
    const kind = [...group.labels].sort((a, b) => a - b).join();
    kinds.set(kind, [...(kinds.get(kind) ?? []), group]);
  }
  const quotas = [...kinds.entries()]
    .map(([kind, members]) => ({ kind, members, exact: (count * members.length) / groups.length }))
    .sort((a, b) => (b.exact % 1) - (a.exact % 1) || (a.kind < b.kind ? -1 : 1));
  let left = count - quotas.reduce((sum, { exact }) => sum + Math.floor(exact), 0);
  return quotas.flatMap(({ members, exact }) => members.slice(0, Math.floor(exact) + (left-- > 0 ? 1 : 0)));
}

/** Whether training keeps another group for each of its labels. */
function isSpared(group: Group, groups: readonly Group[], held: ReadonlySet<Group>): boolean {
  return [...group.labels].every((label) => groups.some((other) => other !== group && !held.has(other) && other.labels.has(label)));
}

function missingLabels(samples: readonly Sample[], training: readonly Sample[], heldOut: readonly Sample[], domain: string): string | undefined {
  const parts = [
    ['held-out', heldOut],
    ['training', training],
  ] as const;
  const missing = parts.flatMap(([part, of]) => {
    const labels = labelsOf(samples).filter((label) => !of.some((sample) => sample.label === label));
    return labels.length > 0 ? [`its ${part} share has no samples with label ${labels.join(', ')}`] : [];
  });
  return missing.length > 0 ? `Domain '${domain}' has too few subjects to hold some out: ${missing.join(', ')}` : undefined;
}
