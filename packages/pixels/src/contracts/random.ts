/** A random number generator with its own state: sfc32, Chris Doty-Humphrey's small fast counting generator, with a period of at least 2^32. */
export interface Random {
  /** A number in [low, high), by default [0, 1), with 32 random bits. */
  uniform(low?: number, high?: number): number;
  /** A standard normal number (Box-Muller). */
  normal(): number;
  /** A whole number in 0 .. n - 1. */
  integer(n: number): number;
  /** True with probability p. */
  chance(p: number): boolean;
  /** One of the items. Throws a RangeError for an empty list. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/** A generator whose state is a hash of the keys: equal keys give equal numbers. */
export function createRandom(keys: readonly (number | string)[]): Random {
  const next = sfc32(hash128(keys.map((k) => (typeof k === 'number' ? `n${k}` : `s${k.length}:${k}`)).join(',')));
  let spare: number | undefined;
  const uniform = (low = 0, high = 1) => low + (next() / 4294967296) * (high - low);
  const integer = (n: number) => Math.floor(uniform() * n);
  return {
    uniform,
    integer,
    chance: (p) => uniform() < p,
    normal() {
      if (spare !== undefined) {
        const kept = spare;
        spare = undefined;
        return kept;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('Cannot pick an item: the list is empty, expected at least one');
      return items[integer(items.length)] as T;
    },
    shuffle<T>(items: readonly T[]): T[] {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const held = out[i] as T;
        out[i] = out[j] as T;
        out[j] = held;
      }
      return out;
    },
  };
}

type State = [number, number, number, number];

function sfc32([a, b, c, d]: State): () => number {
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** Four 32-bit hashes of a text: the multiply-and-rotate rounds of MurmurHash3 (Austin Appleby, public domain) on four lanes. */
function hash128(text: string): State {
  const lanes: State = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x85ebca6b];
  const multipliers: State = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    for (let lane = 0; lane < 4; lane++) {
      const mixed = Math.imul((lanes[lane] as number) ^ code, multipliers[lane] as number);
      lanes[lane] = ((mixed << 13) | (mixed >>> 19)) + (lanes[(lane + 1) % 4] as number);
    }
  }
  return lanes.map((lane) => {
    let h = lane ^ text.length;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) | 0;
  }) as State;
}
