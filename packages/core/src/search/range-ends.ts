import type { SearchRange, SearchRanges, Settings } from './search-range.ts';

/** Settings in which every bound, and every value to choose from, of each range stands at least once: what an experiment refuses of them, it refuses of trials. */
export function rangeEnds(ranges: SearchRanges): Settings[] {
  const ends = Object.entries(ranges).map(([path, range]) => ({ path, values: endsOf(range) }));
  const rows = Math.max(0, ...ends.map(({ values }) => values.length));
  return Array.from({ length: rows }, (_, row) => Object.fromEntries(ends.map(({ path, values }) => [path, values[row % values.length]])));
}

function endsOf(range: SearchRange): readonly unknown[] {
  return 'choice' in range ? range.choice : (Object.values(range)[0] as readonly unknown[]);
}
