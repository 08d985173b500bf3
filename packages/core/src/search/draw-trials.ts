import { createSeed } from '../contracts/seed.ts';
import type { Bounds, SearchRange, SearchRanges, Settings } from './search-range.ts';

/**
 * N trials by Latin hypercube (McKay, Beckman and Conover, 1979): each range is cut into N parts of equal width on its scale, each part is drawn from
 * once, and the parts of different paths are paired at random. The draws depend on the seed and the path alone, so methods that search the same path try
 * the same shares of its range, whatever else they search. Values are rounded to a small share of a part, and to no fewer than two digits on a logarithmic
 * scale.
 */
export function drawTrials(ranges: SearchRanges, { trials, seed }: { readonly trials: number; readonly seed: number }): Settings[] {
  const stream = createSeed(seed).stream('search');
  const columns = Object.entries(ranges).map(([path, range]) => {
    const random = stream.at(path);
    const parts = random.shuffle(Array.from({ length: trials }, (_, part) => part));
    return { path, values: parts.map((part) => valueAt(range, (part + random.uniform()) / trials, trials)) };
  });
  return Array.from({ length: trials }, (_, trial) => Object.fromEntries(columns.map(({ path, values }) => [path, values[trial]])));
}

/** The value at a share in [0, 1) of a range that is cut into so many parts. */
function valueAt(range: SearchRange, share: number, parts: number): unknown {
  if ('choice' in range) return range.choice[Math.floor(share * range.choice.length)];
  if ('integer' in range) {
    const [from, to] = range.integer;
    return Math.min(to, from + Math.floor(share * (to - from + 1)));
  }
  if ('log' in range) {
    const [from, to] = range.log;
    const width = (to / from) ** (1 / parts) - 1;
    return within(range.log, Number((from * (to / from) ** share).toPrecision(digits(width))));
  }
  const [from, to] = range.linear;
  return within(range.linear, Number((from + (to - from) * share).toFixed(decimals((to - from) / parts))));
}

function within([from, to]: Bounds, value: number): number {
  return Math.min(to, Math.max(from, value));
}

/** Significant digits with which a value is off by a quarter of a part at most; `width`: of a part, as a share of its value. */
function digits(width: number): number {
  return Math.min(17, Math.max(2, Math.ceil(1 - Math.log10(width / 2))));
}

/** Digits after the point with which a value is off by a fortieth of a part at most. */
function decimals(width: number): number {
  return Math.min(20, Math.max(0, Math.ceil(-Math.log10(width / 20))));
}
