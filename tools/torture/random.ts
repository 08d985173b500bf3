/** Random numbers of a seed and a name: the same case gets the same numbers whatever ran before it. */
export interface Random {
  /** 0 to below 1. */
  next(): number;
  /** A whole number from 0 to below `n`. */
  below(n: number): number;
  pick<T>(from: readonly T[]): T;
}

/** mulberry32, started with a hash (FNV-1a) of seed and name. */
export function randomOf(seed: number, name: string): Random {
  let state = 0x811c9dc5 ^ seed;
  for (const character of `${seed} ${name}`) state = Math.imul(state ^ (character.codePointAt(0) as number), 0x01000193);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { next, below, pick: (from) => from[below(from.length)] as never };
}
