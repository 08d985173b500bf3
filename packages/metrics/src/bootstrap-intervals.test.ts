import { describe, expect, it } from 'vitest';
import { accuracyAt } from './accuracy.ts';
import { acer } from './acer.ts';
import { apcer, worstApcer } from './apcer.ts';
import { areaUnderCurve } from './area-under-curve.ts';
import { bootstrapIntervals } from './bootstrap-intervals.ts';
import { bpcer } from './bpcer.ts';
import { equalErrorRate } from './equal-error-rate.ts';
import { falseAcceptRate } from './error-rates.ts';
import { figurePaths, figureValues, type Operating } from './figure-values.ts';
import { hter } from './hter.ts';
import { apcerAtBpcer, bpcerAtApcer } from './operating-limits.ts';
import { drawCounts, shuffled } from './random-counts.ts';
import { rankScores } from './ranked-scores.ts';
import { resamplingUnits } from './resampling-units.ts';
import { roc } from './roc.ts';
import { type Scores, splitScores } from './scores.ts';
import { truePositiveRateAt } from './true-positive-rate-at.ts';
import { weigh, weightedSample } from './weighted-sample.ts';

/** Uniform numbers from a seed (Lehmer's generator). */
function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** Scores of 40 samples with ties, three species and people of one to several samples. */
function small(seed: number, withSubjects: boolean): Scores {
  const random = uniforms(seed);
  const rows = Array.from({ length: 40 }, (_, i) => {
    const label = i % 2;
    return {
      label,
      score: Math.round((random() + random() + label * 0.6) * 8) / 8,
      species: label ? '' : (['print', 'replay', 'mask'][Math.floor(random() * 3)] as string),
      subject: `s${Math.floor(random() * 9)}`,
    };
  });
  return {
    scores: rows.map(({ score }) => score),
    labels: rows.map(({ label }) => label),
    species: rows.map(({ species }) => species),
    ...(withSubjects ? { subjects: rows.map(({ subject }) => subject) } : {}),
  };
}

const limits = [{ limit: 0.05 }, { limit: 0.2 }];
const own: Operating = { tprAtFpr: limits, bpcerAtApcer: limits, apcerAtBpcer: limits };

/** The figures of a copy of the rows, by the functions that know nothing of weights. */
function byCopies({ scores, labels, species }: Scores, rows: readonly number[], { threshold: fixed }: Operating): Map<string, number> {
  const split = splitScores({
    scores: rows.map((i) => scores[i] as number),
    labels: rows.map((i) => labels[i] as number),
    species: rows.map((i) => species?.[i]),
  });
  const curve = roc(split.bonaFide, split.attacks);
  const point = equalErrorRate(curve);
  const threshold = fixed ?? point.threshold;
  const far = falseAcceptRate(split.attacks, threshold);
  const frr = bpcer(split.bonaFide, threshold);
  return new Map<string, number>([
    ['threshold', threshold],
    ['hter', hter(split, threshold)],
    ['eer', point.rate],
    ['auc', areaUnderCurve(curve)],
    ['far', far],
    ['frr', frr],
    ['accuracy', accuracyAt(split, threshold)],
    ['bpcer', frr],
    ['acer', acer(split, threshold)],
    ...Object.entries(apcer(split, threshold)).map(([name, rate]): [string, number] => [`apcer.${name}`, rate]),
    ...limits.flatMap(({ limit }): [string, number][] => [
      [`tprAtFpr.${limit}`, truePositiveRateAt(curve, limit)],
      [`bpcerAtApcer.${limit}`, bpcerAtApcer(split, limit).bpcer],
      [`apcerAtBpcer.${limit}`, worstApcer(split, apcerAtBpcer(split, limit).threshold)],
    ]),
  ]);
}

describe.each([
  ['samples', false],
  ['subjects', true],
] as const)('resampled %s', (over, withSubjects) => {
  it.each([
    ['its own threshold', own],
    ['the fixed threshold 1.1', { ...own, threshold: 1.1 }],
  ] as const)('have the figures of literally resampled copies, at %s, in each of 100 draws', (_, operating) => {
    let compared = 0;
    for (let draw = 0; draw < 100; draw++) {
      const scores = small(1 + (draw % 7), withSubjects);
      const ranked = rankScores(scores);
      expect(ranked.over).toBe(over);
      const bonaFide = new Uint16Array(ranked.bonaFideUnits);
      const attacks = new Uint16Array(ranked.attackUnits);
      drawCounts(bonaFide, [draw, 1]);
      drawCounts(attacks, [draw, 0]);
      // What each row counts: its unit is told by its place among the ranks.
      const weightOf = new Map<string, number>();
      const units = resamplingUnits(scores);
      const rowsByRank = (kind: number, name?: string) =>
        Array.from(scores.scores, (_, i) => i)
          .filter((i) => scores.labels[i] === kind && (name === undefined || scores.species?.[i] === name))
          .sort((a, b) => (scores.scores[b] as number) - (scores.scores[a] as number) || a - b);
      rowsByRank(1).forEach((row, i) => {
        weightOf.set(`1 ${units.codes[row]}`, bonaFide[ranked.bonaFide.units[i] as number] as number);
      });
      for (const { species, units: codes } of ranked.attacks) {
        rowsByRank(0, species).forEach((row, i) => {
          weightOf.set(`0 ${units.codes[row]}`, attacks[codes[i] as number] as number);
        });
      }
      const rows = Array.from(scores.scores, (_, i) => i).flatMap((i) =>
        new Array<number>(weightOf.get(`${scores.labels[i]} ${units.codes[i]}`) as number).fill(i),
      );
      const sample = weightedSample(ranked);
      weigh(sample, bonaFide, attacks);
      const paths = figurePaths(ranked, operating);
      const values = new Float64Array(paths.length);
      figureValues(sample, operating, values);
      const expected = byCopies(scores, rows, operating);
      for (const [i, path] of paths.entries()) {
        const name = path.join('.');
        // A species that was not drawn has no rate.
        if (Number.isNaN(values[i])) expect(expected.has(name)).toBe(false);
        else {
          expect(Math.abs((values[i] as number) - (expected.get(name) as number)), `${name} of draw ${draw}`).toBeLessThan(1e-12);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(100 * 15);
  });
});

describe('draws', () => {
  it('draw as many as there are units, each once on average with variance 1 - 1/n', () => {
    const counts = new Uint16Array(50);
    const [sums, squares] = [new Float64Array(50), new Float64Array(50)];
    for (let draw = 0; draw < 4000; draw++) {
      drawCounts(counts, [3, draw]);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(50);
      for (const [i, count] of counts.entries()) {
        sums[i] = (sums[i] as number) + count;
        squares[i] = (squares[i] as number) + (count - 1) ** 2;
      }
    }
    // Six standard errors of 4000 draws.
    for (const sum of sums) expect(Math.abs(sum / 4000 - 1)).toBeLessThan(6 / Math.sqrt(4000));
    expect(Math.abs(squares.reduce((sum, square) => sum + square, 0) / 4000 / 50 - 0.98)).toBeLessThan(0.02);
  });

  it('take one unit once, and two units as 2 + 0, 1 + 1, 0 + 2 with shares of 1/4, 1/2, 1/4', () => {
    const one = new Uint16Array(1);
    const two = new Uint16Array(2);
    const seen = [0, 0, 0];
    for (let draw = 0; draw < 4000; draw++) {
      drawCounts(one, [draw]);
      expect(one[0]).toBe(1);
      drawCounts(two, [draw]);
      seen[two[0] as number] = (seen[two[0] as number] as number) + 1;
    }
    for (const [i, share] of [0.25, 0.5, 0.25].entries()) expect(Math.abs((seen[i] as number) / 4000 - share)).toBeLessThan(0.04);
  });

  it('depend on the key alone, on seeds above 32 bits too', () => {
    const [a, b, c] = [new Uint16Array(100), new Uint16Array(100), new Uint16Array(100)];
    drawCounts(a, [7, 1]);
    drawCounts(b, [7, 1]);
    drawCounts(c, [7 + 2 ** 40, 1]);
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(shuffled(100, [1])).not.toEqual(shuffled(100, [2]));
    expect([...shuffled(100, [1])].sort((x, y) => x - y)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});

describe('intervals', () => {
  const value = (name: string, scores: Scores, options = {}, operating: Operating = { tprAtFpr: [], bpcerAtApcer: [], apcerAtBpcer: [] }) =>
    bootstrapIntervals(rankScores(scores), operating, options).find(({ path }) => path.join('.') === name)?.interval as [number, number];

  it('are the same for the same seed, and others for another', () => {
    const scores = small(1, false);
    expect(value('auc', scores, { rounds: 50, seed: 1 })).toEqual(value('auc', scores, { rounds: 50, seed: 1 }));
    expect(value('auc', scores, { rounds: 50, seed: 1 })).not.toEqual(value('auc', scores, { rounds: 50, seed: 2 }));
  });

  it('are those of the binomial distribution for a share at a fixed threshold: 30 of 100 lies in 21 ... 39 by percentiles', () => {
    const scores = {
      scores: Array.from({ length: 200 }, (_, i) => (i < 30 ? 0 : i < 100 ? 1 : -1)),
      labels: Array.from({ length: 200 }, (_, i) => (i < 100 ? 1 : 0)),
    };
    const [low, high] = value('bpcer', scores, { method: 'percentile', rounds: 4000 }, { threshold: 0.5, tprAtFpr: [], bpcerAtApcer: [], apcerAtBpcer: [] });
    expect(Math.abs(low - 0.21)).toBeLessThanOrEqual(0.01);
    expect(Math.abs(high - 0.39)).toBeLessThanOrEqual(0.01);
  });

  it('are wider over people than over their samples where all samples of a person are alike', () => {
    const people = Array.from({ length: 200 }, (_, i) => Math.floor(i / 10));
    const random = uniforms(5);
    const level = Array.from({ length: 20 }, () => random());
    const samples = { scores: people.map((p) => (level[p] as number) + (p % 2) * 0.4), labels: people.map((p) => p % 2) };
    const width = ([low, high]: [number, number]) => high - low;
    expect(width(value('auc', { ...samples, subjects: people.map(String) }))).toBeGreaterThan(2 * width(value('auc', samples)));
  });

  it.each(['percentile', 'bca'] as const)('by %s hold the true AUC in 90 to 98 of 100 experiments', (method) => {
    // Scores uniform over 0..1 and 0.3..1.3: AUC = 1 - 0.7² / 2 = 0.755.
    let held = 0;
    for (let experiment = 0; experiment < 200; experiment++) {
      const random = uniforms(1000 + experiment * 7919);
      const labels = Array.from({ length: 120 }, (_, i) => i % 2);
      const [low, high] = value('auc', { scores: labels.map((label) => random() + 0.3 * label), labels }, { rounds: 300, method, seed: experiment });
      if (low <= 0.755 && 0.755 <= high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(180);
    expect(held).toBeLessThanOrEqual(197);
  });

  it('need two units of each kind', () => {
    const scores = { scores: [1, 2, 3, 4], labels: [1, 1, 0, 0], subjects: ['a', 'a', 'b', 'c'] };
    expect(() => value('auc', scores)).toThrow('Cannot resample over subjects: the bona fide samples come from 1 of them, expected two or more');
  });

  it('refuse options out of range', () => {
    const scores = small(1, false);
    expect(() => value('auc', scores, { rounds: 1 })).toThrow('there are 1 rounds, expected a whole number from 2 on');
    expect(() => value('auc', scores, { level: 95 })).toThrow('the level is 95, expected a share between 0 and 1');
    expect(() => value('auc', scores, { seed: 0.5 })).toThrow('the seed is 0.5, expected a whole number');
  });
});
