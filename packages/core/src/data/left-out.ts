import type { Dataset, LeftOut, LeftOutKind } from '../contracts/dataset.ts';
import { clipKey } from './clip-key.ts';

/** What the domains of a run leave out, by the name of the domain. Plain JSON, part of `results.json`; domains that leave out nothing are absent. */
export type LeftOutByDomain = Readonly<Record<string, readonly LeftOut[]>>;

/** Collects what a run leaves out, from the reading of its data to its last evaluation; each thing once. */
export class LeftOutLedger {
  readonly #domains = new Map<string, Map<string, LeftOut>>();

  add(domain: string, leftOut: readonly LeftOut[]): void {
    if (leftOut.length === 0) return;
    const there = this.#domains.get(domain) ?? new Map<string, LeftOut>();
    for (const one of leftOut) if (!there.has(one.what)) there.set(one.what, one);
    this.#domains.set(domain, there);
  }

  record(): LeftOutByDomain {
    return Object.fromEntries([...this.#domains].map(([domain, entries]) => [domain, [...entries.values()]]));
  }
}

/** Share of a domain that may be left out where the experiment does not say: of everything but labels, and of labels. */
export const toleratedShare = { files: 0.01, labels: 0 } as const;

/** Entries that a message spells out. */
const spelledOut = 3;

/** What an adapter says it left out. Adapters that only name missing files are understood too. */
export function leftOutOf({ notes }: Dataset): readonly LeftOut[] {
  if (notes?.leftOut) return notes.leftOut;
  return (notes?.missing ?? []).map((what) => ({ kind: 'missing', what, why: 'there is no such file' }));
}

/**
 * What was lost, a line for each kind, with counts and the first few names; empty where nothing is.
 *
 * @param of begins each line: `domain 'msu'`
 */
export function describeLeftOut(of: string, leftOut: readonly LeftOut[]): string[] {
  return kinds(leftOut).map(([kind, entries]) => `${of} leaves out ${named(kind, entries)}`);
}

/**
 * The sentences of an adapter's notes that `leftOut` does not hold already, in one line; undefined where there are none.
 *
 * @param of begins it: `domain 'msu'`
 */
export function describeProblems(of: string, { notes }: Pick<Dataset, 'notes'>): string | undefined {
  const told = new Set((notes?.leftOut ?? []).flatMap(({ what, why }) => [what, `${what}: ${why}`]));
  const problems = (notes?.problems ?? []).filter((problem) => !told.has(problem));
  const absent = notes?.leftOut ? (notes.missing ?? []).filter((name) => !told.has(name)) : [];
  if (absent.length > 0)
    problems.push(
      `${absent.length} ${absent.length === 1 ? 'part of the complete data set is' : 'parts of the complete data set are'} not there: ${firstOf(absent, ', ')}`,
    );
  if (problems.length === 0) return undefined;
  return `${of} has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}: ${firstOf(problems, '; ')}${problems.length > spelledOut ? ' (gradalign data inspect lists all)' : ''}`;
}

/**
 * Why a domain must not be used: it leaves out more than is tolerated. Undefined where it does not.
 *
 * @param tolerate `data.tolerate`: 0..1, of labels too; undefined: `toleratedShare`
 */
export function lossBeyond(
  domain: string,
  { samples }: Pick<Dataset, 'samples'>,
  leftOut: readonly LeftOut[],
  tolerate: number | undefined,
): string | undefined {
  const images = (one: LeftOut) => one.unit !== 'clip';
  const labels = leftOut.filter(({ kind }) => kind === 'label');
  const others = leftOut.filter(({ kind }) => kind !== 'label' && kind !== 'place');
  // A file that is unreadable or missing may still be a sample: it must not count twice.
  const lost = new Set(leftOut.map(({ what }) => what));
  const kept = samples.filter(({ id }) => !lost.has(id));
  const clips = () => new Set(kept.map(clipKey)).size;
  const parts = [
    { entries: labels, of: () => kept.length, unit: 'images', most: tolerate ?? toleratedShare.labels },
    { entries: others.filter(images), of: () => kept.length, unit: 'images', most: tolerate ?? toleratedShare.files },
    { entries: others.filter((one) => !images(one)), of: clips, unit: 'clips', most: tolerate ?? toleratedShare.files },
  ];
  const beyond = parts.flatMap(({ entries, of, unit, most }) => {
    const all = of() + entries.length;
    const share = entries.length / Math.max(1, all);
    if (share <= most) return [];
    const what = kinds(entries)
      .map(([kind, those]) => named(kind, those))
      .join('; ');
    return [{ share, said: `${entries.length} of ${all} ${unit} (${percent(share)}, at most ${percent(most)} may be): ${what}` }];
  });
  if (beyond.length === 0) return undefined;
  const enough = Math.ceil(100 * Math.max(...beyond.map(({ share }) => share))) / 100;
  return (
    `Cannot use domain '${domain}': it leaves out ${beyond.map(({ said }) => said).join('; and ')}, ` +
    `expected less: correct the data (gradalign data inspect lists all), or accept the loss with data.tolerate: ${enough}`
  );
}

const kindNames: Readonly<Record<LeftOutKind, readonly [one: string, more: string]>> = {
  label: ['image or row with an unknown label', 'images or rows with unknown labels'],
  missing: ['missing file', 'missing files'],
  kind: ['file of a kind that is not read', 'files of kinds that are not read'],
  unreadable: ['unreadable file', 'unreadable files'],
  'no face': ['clip without a face', 'clips without a face'],
  entry: ['unusable entry of a list', 'unusable entries of lists'],
  place: ['picture or video that matches no naming rule', 'pictures or videos that match no naming rule'],
};

function kinds(leftOut: readonly LeftOut[]): [LeftOutKind, LeftOut[]][] {
  return (Object.keys(kindNames) as LeftOutKind[]).flatMap((kind): [LeftOutKind, LeftOut[]][] => {
    const those = leftOut.filter((one) => one.kind === kind);
    return those.length > 0 ? [[kind, those]] : [];
  });
}

/** `2 missing files: a.png, b.png (there is no such file)`. */
function named(kind: LeftOutKind, entries: readonly LeftOut[]): string {
  const head = `${entries.length} ${kindNames[kind][entries.length === 1 ? 0 : 1]}`;
  const shown = entries.slice(0, spelledOut);
  const [why] = new Set(shown.map((one) => one.why));
  const same = shown.every((one) => one.why === why);
  if (same)
    return `${head}: ${firstOf(
      entries.map(({ what }) => what),
      ', ',
    )} (${why})`;
  return `${head}: ${firstOf(
    entries.map((one) => `${one.what} (${one.why})`),
    ', ',
  )}`;
}

function firstOf(names: readonly string[], between: string): string {
  const more = names.length - spelledOut;
  return `${names.slice(0, spelledOut).join(between)}${more > 0 ? ` and ${more} more` : ''}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
