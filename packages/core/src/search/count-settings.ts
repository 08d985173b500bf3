import type { SearchRange, SearchRanges } from './search-range.ts';

/** How many different settings ranges have; Infinity where one of them has no end of values. */
export function countSettings(ranges: SearchRanges): number {
  return Object.values(ranges).reduce((product, range) => product * countValues(range), 1);
}

function countValues(range: SearchRange): number {
  if ('choice' in range) return range.choice.length;
  if (!('integer' in range)) return Number.POSITIVE_INFINITY;
  const [from, to] = range.integer;
  return to - from + 1;
}
