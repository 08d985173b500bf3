import { distance } from 'fastest-levenshtein';

/**
 * The known name that was most likely meant, by edit distance regardless of case: at most a third of the letters differ, or 2 in a short name, and never
 * all. Undefined where none is that near.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.min(Math.max(2, Math.floor(name.length / 3)), name.length - 1) + 1;
  for (const candidate of known) {
    const d = distance(name.toLowerCase(), candidate.toLowerCase());
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

/** `; did you mean 'x'?` for the nearest name, to append to a message; empty where none is near. */
export function suggestion(name: string, known: Iterable<string>): string {
  const near = nearestName(name, known);
  return near === undefined ? '' : `; did you mean '${near}'?`;
}
