/**
 * Fills `counts` with a draw of the multinomial distribution: counts.length draws with replacement among counts.length units, all equally likely.
 * The draw depends on the key alone, so rounds may be taken in any order.
 *
 * Each unit takes a Poisson count of mean 1; draws picked at random are then taken away, or added, until their number is right. Given their sum,
 * Poisson counts are multinomial, so this is the same distribution as drawing one by one, without the jumps through memory.
 */
export function drawCounts(counts: Uint16Array, key: readonly number[]): void {
  const next = xoshiro([...key, 1]);
  const n = counts.length;
  // Most counts are decided by the table, which knows none above this.
  let largest = 4;
  let drawn = drawPoisson(counts, [...key, 0], (byte = next() & 255) => {
    const count = poissonQuantile((byte + (next() >>> 0) / 4294967296) / 256);
    if (count > largest) largest = count;
    return count;
  });
  const unit = () => Math.floor(((next() >>> 0) / 4294967296) * n);
  for (; drawn < n; drawn++) {
    const i = unit();
    counts[i] = (counts[i] as number) + 1;
  }
  while (drawn > n) {
    const i = unit();
    const count = counts[i] as number;
    if (((next() >>> 0) / 4294967296) * largest >= count) continue;
    counts[i] = count - 1;
    drawn--;
  }
}

/**
 * Poisson counts of mean 1, eight random bits each; `decide` answers for the few bytes that do not suffice, and for a byte of its
 * own where it is given none. Returns the sum.
 */
function drawPoisson(counts: Uint16Array, key: readonly number[], decide: (byte?: number) => number): number {
  // The loop of all resampling: the generator stands in it (see xoshiro) and what it reads is local, three times faster than calls.
  const table = poissonByByte;
  const n = counts.length;
  const state = xoshiroState(key);
  let a = state[0] | 0;
  let b = state[1] | 0;
  let c = state[2] | 0;
  let d = state[3] | 0;
  let drawn = 0;
  for (let i = 0; i + 4 <= n; i += 4) {
    const sum = (a + d) | 0;
    const bits = (((sum << 7) | (sum >>> 25)) + a) | 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    let first = table[bits & 255] as number;
    let second = table[(bits >>> 8) & 255] as number;
    let third = table[(bits >>> 16) & 255] as number;
    let fourth = table[bits >>> 24] as number;
    if (first === 255) first = decide(bits & 255);
    if (second === 255) second = decide((bits >>> 8) & 255);
    if (third === 255) third = decide((bits >>> 16) & 255);
    if (fourth === 255) fourth = decide(bits >>> 24);
    counts[i] = first;
    counts[i + 1] = second;
    counts[i + 2] = third;
    counts[i + 3] = fourth;
    drawn = (drawn + first + second + third + fourth) | 0;
  }
  for (let i = n - (n % 4); i < n; i++) {
    counts[i] = decide();
    drawn += counts[i] as number;
  }
  return drawn;
}

/** 0 ... length - 1 in an order that depends on the key alone (Fisher-Yates). */
export function shuffled(length: number, key: readonly number[]): Uint32Array {
  const next = xoshiro(key);
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(((next() >>> 0) / 4294967296) * (i + 1));
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}

/** Distribution function of the Poisson distribution of mean 1, until it is 1 to the last bit. */
const poissonSums = (() => {
  const sums: number[] = [];
  let [sum, probability] = [0, Math.exp(-1)];
  for (let count = 0; sum < 1 && count < 20; count++) {
    if (count > 0) probability /= count;
    sum += probability;
    sums.push(sum);
  }
  return sums;
})();

function poissonQuantile(share: number): number {
  let count = 0;
  while (count < poissonSums.length - 1 && share >= (poissonSums[count] as number)) count++;
  return count;
}

/** Eight bits decide most counts: poissonByByte[b] is the count of all shares in b / 256 ... (b + 1) / 256, or `undecided`. */
const undecided = 255;
const poissonByByte = Uint8Array.from({ length: 256 }, (_, byte) => {
  const [low, high] = [poissonQuantile(byte / 256), poissonQuantile((byte + 1) / 256 - 2 ** -40)];
  return low === high ? low : undecided;
});

/** xoshiro128++ (Blackman and Vigna 2021): 32 random bits a call, as a signed number. */
export function xoshiro(key: readonly number[]): () => number {
  let [a, b, c, d] = xoshiroState(key);
  return () => {
    const sum = (a + d) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + a) | 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/** A state for the key, mixed. */
function xoshiroState(key: readonly number[]): [number, number, number, number] {
  let hash = 0x9e3779b9;
  // Keys above 32 bits count in full.
  for (const value of key) hash = mix((mix(hash ^ (value | 0)) ^ Math.floor(value / 4294967296)) + 0x6a09e667);
  return [1, 2, 3, 4].map((i) => mix(hash + Math.imul(i, 0x9e3779b9))) as [number, number, number, number];
}

/** A mixing of 32 bits, one to one (Wellons' hash-prospector). */
function mix(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}
