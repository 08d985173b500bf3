import { parsePath } from '../configuration/apply-overrides.ts';
import { countSettings } from '../search/count-settings.ts';
import type { SearchRanges } from '../search/search-range.ts';

/** Pairs of paths that are searched, of which one is the other or within it: what is drawn for one would be overwritten by the other. The inner one first. */
export function overlappingPaths(ranges: SearchRanges): (readonly [string, string])[] {
  const paths = Object.keys(ranges).map((path) => ({ path, parts: parsePath(`${path}=`)?.path ?? [path] }));
  return paths.flatMap((inner, i) =>
    paths.flatMap((outer, j): (readonly [string, string])[] => {
      const isWithin = outer.parts.length <= inner.parts.length && outer.parts.every((part, at) => part === inner.parts[at]);
      const isTold = outer.parts.length === inner.parts.length && j > i;
      return i !== j && isWithin && !isTold ? [[inner.path, outer.path]] : [];
    }),
  );
}

/** Warnings for methods that have fewer settings to try than there are trials. `of`: what each method searches. */
export function repeatedTrials(of: Readonly<Record<string, SearchRanges>>, trials: number): string[] {
  const methods = new Map<number, string[]>();
  for (const [method, ranges] of Object.entries(of)) {
    const count = countSettings(ranges);
    if (Object.keys(ranges).length > 0 && count < trials) methods.set(count, [...(methods.get(count) ?? []), method]);
  }
  return [...methods].map(
    ([count, named]) =>
      `search: trials is ${trials}, and ${named.join(', ')} ${named.length === 1 ? 'has' : 'have'} ${count} different settings to try: some trials repeat others`,
  );
}
