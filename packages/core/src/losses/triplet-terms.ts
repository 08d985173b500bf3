/** A sum of triplet losses as a linear function of the distances, which it is between the points where triplets begin and end to count. */
export interface TripletTerms {
  /** [n, n], row by row: Σ factors · distances + constant is the loss, and the factors are its gradient in the distances. */
  readonly factors: Float32Array;
  readonly constant: number;
}

/** How triplets are chosen. */
export interface TripletOptions {
  readonly margin: number;
  /** `all`: the mean over all triplets above 0; `hardest`: the mean over the anchors of the farthest positive against the nearest negative. */
  readonly mining: 'all' | 'hardest';
}

/**
 * The triplets (anchor a, positive p, negative n) of rows with these distances and classes that lie above 0, d(a, p) - d(a, n) + margin > 0. Needs n² memory,
 * not n³: the triplets of an anchor are counted in the order of the distances. Both members are 0 without such a triplet.
 */
export function tripletTerms(distances: Float32Array, classOf: readonly number[], { margin, mining }: TripletOptions): TripletTerms {
  const n = classOf.length;
  const counts = new Float64Array(n * n);
  let [above, anchors] = [0, 0];
  for (let a = 0; a < n; a++) {
    const byDistance = (x: number, y: number) => distanceTo(x) - distanceTo(y);
    const distanceTo = (other: number) => distances[a * n + other] as number;
    const others = Array.from({ length: n }, (_, i) => i).filter((i) => i !== a);
    const positives = others.filter((i) => classOf[i] === classOf[a]).sort(byDistance);
    const negatives = others.filter((i) => classOf[i] !== classOf[a]).sort(byDistance);
    if (positives.length === 0 || negatives.length === 0) continue;
    anchors++;
    const [pulled, pushed] = mining === 'hardest' ? [positives.slice(-1), negatives.slice(0, 1)] : [positives, negatives];
    let reached = 0;
    for (const p of pulled) {
      while (reached < pushed.length && distanceTo(pushed[reached] as number) < distanceTo(p) + margin) reached++;
      add(counts, a * n + p, reached);
      above += reached;
    }
    // Seen from a negative: the positives that reach it are the last ones.
    let short = 0;
    for (const q of pushed) {
      while (short < pulled.length && distanceTo(q) >= distanceTo(pulled[short] as number) + margin) short++;
      add(counts, a * n + q, short - pulled.length);
    }
  }
  const number = mining === 'hardest' ? anchors : above;
  if (above === 0) return { factors: new Float32Array(n * n), constant: 0 };
  return { factors: Float32Array.from(counts, (count) => count / number), constant: (margin * above) / number };
}

function add(counts: Float64Array, at: number, count: number): void {
  counts[at] = (counts[at] as number) + count;
}
