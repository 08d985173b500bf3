import type { RunResults } from './run-results.ts';

/** How one source was prepared, as `gradalign data prepare` recorded it. */
export type PreparationRecord = Readonly<Record<string, unknown>>;

/** How the sources of a run were prepared. */
export interface CommonPreparation {
  /** Of the first source that has a record; null where none was made by gradalign data prepare. */
  readonly record: PreparationRecord | null;
  /** Two sources that were not made alike, as part of a sentence; absent where all were. */
  readonly differs?: string;
}

/** Whether all sources of a run were prepared in one way, and in which. */
export function commonPreparation(preparation: NonNullable<RunResults['preparation']>): CommonPreparation {
  const all = Object.entries(preparation);
  const known = all.filter((entry): entry is [string, PreparationRecord] => entry[1] !== null);
  const [first] = known;
  if (!first) return { record: null };
  const differs = (of: PreparationRecord) => ['crop', 'format'].some((key) => JSON.stringify(of[key]) !== JSON.stringify(first[1][key]));
  const other = known.length < all.length ? all.find(([, of]) => of === null) : known.find(([, of]) => differs(of));
  if (!other) return { record: first[1] };
  const [name, record] = other;
  return {
    record: first[1],
    differs: `its sources were not made alike: ${first[0]} by crop ${describe(first[1])}, ${name} ${record ? `by crop ${describe(record)}` : 'not by gradalign data prepare'}`,
  };
}

function describe({ crop }: PreparationRecord): string {
  const { name = '?', size = '?', margin = '?' } = (crop ?? {}) as Readonly<Record<string, unknown>>;
  return `${String(name)} (${String(size)} pixels, margin ${String(margin)})`;
}
