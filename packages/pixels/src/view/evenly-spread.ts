/** min(n, count) indices in 0 .. count - 1, in rising order: the middles of n equal parts. `evenlySpread(10, 2)` is [2, 7]. */
export function evenlySpread(count: number, n: number): number[] {
  if (n >= count) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: n }, (_, i) => Math.floor(((i + 0.5) * count) / n));
}
