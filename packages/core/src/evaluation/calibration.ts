import { type Calibration, oddsOfProbability } from '@gradalign/metrics';
import type { Unavailable } from '../contracts/unavailable.ts';
import type { Logit } from './score-samples.ts';

/** The network's own log-odds of bona fide: scale · logit, or ln(p / (1 - p)) within ±36 where there is no logit. */
export function logOdds({ logit, probabilities }: { readonly logit?: Logit; readonly probabilities: readonly number[] }): number {
  if (logit) return logit.scale * logit.value;
  return oddsOfProbability(probabilities[1] as number);
}

/**
 * Temperature scaling (Guo et al., ICML 2017): the temperature T that gives sigmoid(log-odds / T) the least negative log-likelihood, found by bisection
 * of its derivative in b = 1/T, which rises:
 *
 *     Σ (sigmoid(b x_i) - t_i) x_i = 0
 *
 * Where every bona fide sample has log-odds >= 0 and every attack <= 0, no b is large enough for targets t of 0 and 1; then Platt's targets
 * (n + 1)/(n + 2) and 1/(n + 2) are taken (Platt 1999), which end at a finite one. Without a b above 0, because bona fide samples do not have the higher
 * log-odds, there is no temperature.
 */
export function fitTemperature(odds: readonly number[], labels: readonly number[]): Calibration | Unavailable {
  const live = labels.filter((label) => label === 1).length;
  const separated = odds.every((x, i) => (labels[i] === 1 ? x >= 0 : x <= 0));
  const [high, low] = separated ? [(live + 1) / (live + 2), 1 / (labels.length - live + 2)] : [1, 0];
  const slope = (b: number) => odds.reduce((sum, x, i) => sum + (sigmoid(b * x) - (labels[i] === 1 ? high : low)) * x, 0);
  if (!(slope(0) < 0)) return { error: 'bona fide samples do not have higher scores than attacks: no temperature fits' };
  let [from, to] = [0, 1];
  while (slope(to) < 0 && to < 1e12) [from, to] = [to, to * 2];
  for (let i = 0; i < 100; i++) {
    const middle = (from + to) / 2;
    if (slope(middle) < 0) from = middle;
    else to = middle;
  }
  return { method: 'temperature', temperature: 2 / (from + to), ...(separated ? { separated } : {}) };
}

/**
 * Isotonic regression by pooling adjacent violators (Zadrozny and Elkan, KDD 2002): the rising probabilities with the least squared error. Equal scores
 * count as one.
 */
export function fitIsotonic(odds: readonly number[], labels: readonly number[]): Calibration {
  const order = odds.map((_, i) => i).sort((a, b) => (odds[a] as number) - (odds[b] as number));
  const blocks: { first: number; last: number; sum: number; n: number }[] = [];
  for (const i of order) {
    const [x, y] = [odds[i] as number, labels[i] as number];
    const same = blocks.at(-1);
    if (same && same.first === x) {
      same.sum += y;
      same.n++;
    } else blocks.push({ first: x, last: x, sum: y, n: 1 });
  }
  const pooled: typeof blocks = [];
  for (const block of blocks) {
    let current = block;
    for (let before = pooled.at(-1); before && before.sum / before.n >= current.sum / current.n; before = pooled.at(-1)) {
      pooled.pop();
      current = { first: before.first, last: current.last, sum: before.sum + current.sum, n: before.n + current.n };
    }
    pooled.push(current);
  }
  const points = pooled.flatMap(({ first, last, sum, n }): [number, number][] =>
    first === last
      ? [[first, sum / n]]
      : [
          [first, sum / n],
          [last, sum / n],
        ],
  );
  return { method: 'isotonic', points };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
