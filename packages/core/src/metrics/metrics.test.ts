import { readFileSync } from 'node:fs';
import { equalErrorRate, roc, rocPoints } from '@gradalign/metrics';
import { describe, expect, it } from 'vitest';
import type { Figure, Metric, Scored } from '../contracts/metric.ts';
import { accuracy } from './accuracy.ts';
import { acer } from './acer.ts';
import { apcer } from './apcer.ts';
import { auc } from './auc.ts';
import { bpcer } from './bpcer.ts';
import { brier } from './brier.ts';
import { ece } from './ece.ts';
import { eer } from './eer.ts';
import { hter } from './hter.ts';
import { tprAtFpr } from './tpr-at-fpr.ts';
import { tprAtNearestFpr } from './tpr-at-nearest-fpr.ts';

interface GoldenCase {
  readonly scores: number[];
  readonly labels: number[];
  readonly attackSpecies: (string | null)[];
  readonly auc: number;
  readonly eerPoint: { threshold: number; far: number; frr: number; hter: number };
  readonly tprAtFpr: Record<string, number>;
  readonly atEerThreshold: { apcer: Record<string, number>; bpcer: number; acer: number };
  readonly atThresholdHalf: { apcer: Record<string, number>; bpcer: number; acer: number };
}

const goldens = JSON.parse(readFileSync(new URL('../../../../goldens/metrics.json', import.meta.url), 'utf8')) as { cases: GoldenCase[] };

/** Scores as probabilities of two classes; `1 - score` is never read by the metrics of two classes. */
function scored(scores: readonly number[], labels: readonly number[], species: readonly (string | null)[] = []): Scored[] {
  return scores.map((score, i) => ({
    probabilities: [1 - score, score],
    label: labels[i] as number,
    domain: 'a',
    ...(species[i] ? { species: species[i] as string } : {}),
  }));
}

function figure(metric: Metric, samples: readonly Scored[], threshold = 0.5): Figure {
  metric.reset();
  metric.update(samples);
  return metric.compute({ threshold });
}

function expectClose(actual: Figure, expected: Figure): void {
  const flat = (value: Figure) => (typeof value === 'number' ? { value } : value);
  expect(Object.keys(flat(actual)).sort()).toEqual(Object.keys(flat(expected)).sort());
  for (const [name, value] of Object.entries(flat(expected))) expect(Math.abs((flat(actual)[name] as number) - value)).toBeLessThan(1e-9);
}

it('the goldens hold four cases', () => {
  expect(goldens.cases).toHaveLength(4);
});

describe.each(goldens.cases.map((golden, i) => ({ name: `case ${i} of the goldens (${golden.scores.length} samples)`, ...golden })))('$name', (golden) => {
  const samples = scored(golden.scores, golden.labels, golden.attackSpecies);
  const point = equalErrorRate(
    roc(
      golden.scores.filter((_, i) => golden.labels[i] === 1),
      golden.scores.filter((_, i) => golden.labels[i] === 0),
    ),
  );

  it('has the golden AUC, equal error point and HTER there', () => {
    expectClose(figure(auc.create({}), samples), golden.auc);
    expect(point.threshold).toBe(golden.eerPoint.threshold);
    expectClose(point.far, golden.eerPoint.far);
    expectClose(point.frr, golden.eerPoint.frr);
    expectClose(point.rate, golden.eerPoint.hter);
    expectClose(figure(eer.create({}), samples), golden.eerPoint.hter);
    expectClose(figure(hter.create({}), samples, point.threshold), golden.eerPoint.hter);
  });

  it('has the golden TPR at each FPR', () => {
    expect(Object.keys(golden.tprAtFpr)).toEqual(['0.001', '0.01', '0.05', '0.1']);
    for (const [fpr, tpr] of Object.entries(golden.tprAtFpr)) expectClose(figure(tprAtFpr.create({ fpr: Number(fpr) }), samples), tpr);
  });

  it('has the golden APCER by species, BPCER and ACER at both thresholds', () => {
    for (const [threshold, expected] of [
      [golden.eerPoint.threshold, golden.atEerThreshold],
      [0.5, golden.atThresholdHalf],
    ] as const) {
      expectClose(figure(apcer.create({}), samples, threshold), expected.apcer);
      expectClose(figure(bpcer.create({}), samples, threshold), expected.bpcer);
      expectClose(figure(acer.create({}), samples, threshold), expected.acer);
    }
  });

  it('gives the same figures when the samples come in parts, in any order', () => {
    const metric = auc.create({});
    for (let part = 0; part < 3; part++) metric.update(samples.filter((_, i) => i % 3 === part).reverse());
    expect(metric.compute({ threshold: 0 })).toBe(figure(auc.create({}), samples));
  });
});

describe('four bona fide at 0.9, 0.8, 0.6, 0.3 and four attacks at 0.7, 0.4, 0.2, 0.1', () => {
  const samples = scored([0.9, 0.8, 0.6, 0.3, 0.7, 0.4, 0.2, 0.1], [1, 1, 1, 1, 0, 0, 0, 0], [null, null, null, null, 'replay', null, 'print', 'print']);

  it('has 13 of 16 pairs in order', () => {
    expect(figure(auc.create({}), samples)).toBe(13 / 16);
  });

  it('has its equal error point at 0.6, where one attack of four is accepted and one bona fide of four refused', () => {
    expect(equalErrorRate(roc([0.9, 0.8, 0.6, 0.3], [0.7, 0.4, 0.2, 0.1]))).toEqual({ threshold: 0.6, far: 0.25, frr: 0.25, rate: 0.25 });
  });

  it('counts a score equal to the threshold as accepted', () => {
    expect(figure(apcer.create({}), samples, 0.4)).toEqual({ print: 0, replay: 1, unknown: 1 });
    expect(figure(bpcer.create({}), samples, 0.3)).toBe(0);
    expect(figure(bpcer.create({}), samples, 0.30001)).toBe(0.25);
  });

  it('takes the worst species for ACER and all attacks together for HTER', () => {
    expect(figure(acer.create({}), samples, 0.5)).toBe((1 + 0.25) / 2);
    expect(figure(hter.create({}), samples, 0.5)).toBe((0.25 + 0.25) / 2);
  });

  it('accepts half of the bona fide with no attack, and three quarters with one attack of four', () => {
    expect(figure(tprAtFpr.create({ fpr: 0.2 }), samples)).toBe(0.5);
    expect(figure(tprAtFpr.create({ fpr: 0.25 }), samples)).toBe(0.75);
    expect(figure(tprAtFpr.create({ fpr: 1 }), samples)).toBe(1);
  });

  it('forgets them at reset', () => {
    const metric = auc.create({});
    metric.update(scored([0.1], [1]));
    expect(figure(metric, samples)).toBe(13 / 16);
  });
});

describe('ties and the ends of the curve', () => {
  it('shares one point of the ROC among equal scores, after a point that accepts nothing', () => {
    expect(rocPoints(roc([1, 1], [1, 0])).map(({ threshold, tpr, fpr }) => [threshold, tpr, fpr])).toEqual([
      [Number.POSITIVE_INFINITY, 0, 0],
      [1, 1, 0.5],
      [0, 1, 1],
    ]);
  });

  it('takes the stricter of two equal error points', () => {
    // At 3: TPR 1/2, FPR 0. At 2: TPR 1, FPR 1/2. Both are 1/2 away.
    expect(equalErrorRate(roc([3, 2], [2, 1]))).toEqual({ threshold: 3, far: 0, frr: 0.5, rate: 0.25 });
  });

  it('gives AUC and HTER of one half, and a finite threshold that accepts nothing, where all scores are equal', () => {
    expect(equalErrorRate(roc([0.5, 0.5], [0.5]))).toEqual({ threshold: 1.5, far: 0, frr: 1, rate: 0.5 });
    expect(figure(auc.create({}), scored([0.5, 0.5], [0, 1]))).toBe(0.5);
  });

  it('gives HTER 1 and AUC 0 where the order is the wrong way round', () => {
    const samples = scored([0.1, 0.2, 0.8, 0.9], [1, 1, 0, 0]);
    expect(figure(eer.create({}), samples)).toBe(1);
    expect(figure(auc.create({}), samples)).toBe(0);
  });
});

describe('more than two classes', () => {
  const samples: Scored[] = [
    { probabilities: [0.8, 0.1, 0.1], label: 0, domain: 'a' },
    { probabilities: [0.2, 0.5, 0.3], label: 2, domain: 'a' },
    { probabilities: [0.4, 0.4, 0.2], label: 0, domain: 'a' },
  ];

  it('is right for two of three, the first of equal classes counting', () => {
    expect(figure(accuracy.create({}), samples)).toBe(2 / 3);
  });

  it('has a Brier score of half of 0.06 + 0.78 + 0.56, over three', () => {
    expect(figure(brier.create({}), samples)).toBeCloseTo((0.06 + 0.78 + 0.56) / 6, 12);
  });

  it('is refused by the metrics of two classes', () => {
    expect(() => figure(hter.create({}), samples)).toThrow('Cannot compute hter: a sample has 3 class probabilities, expected two');
  });
});

describe('calibration of two classes', () => {
  it('has the mean squared difference of score and label as Brier score', () => {
    expect(figure(brier.create({}), scored([0.9, 0.6, 0.2], [1, 0, 0]))).toBeCloseTo((0.01 + 0.36 + 0.04) / 3, 12);
  });

  it('has no calibration error where 0.75 is right three times of four, and 0.25 where it is right twice of four', () => {
    expect(figure(ece.create({ bins: 15 }), scored([0.75, 0.75, 0.75, 0.75], [1, 1, 1, 0]))).toBe(0);
    expect(figure(ece.create({ bins: 15 }), scored([0.75, 0.25, 0.75, 0.25], [1, 0, 0, 1]))).toBe(0.25);
  });

  it('weighs the bins by their samples', () => {
    // Three samples at 0.95, all right: |1 - 0.95|. One at 0.6, wrong: |0 - 0.6|.
    expect(figure(ece.create({ bins: 10 }), scored([0.95, 0.95, 0.95, 0.6], [1, 1, 1, 0]))).toBeCloseTo((3 * 0.05 + 0.6) / 4, 12);
  });

  it('refuses scores that are not probabilities', () => {
    expect(() => figure(ece.create({ bins: 15 }), scored([1.5], [1]))).toThrow(
      'Cannot compute ece: sample 0 has the probabilities -0.5, 1.5, expected values in 0..1',
    );
    expect(() => figure(brier.create({}), scored([-1], [1]))).toThrow('Cannot compute brier');
  });
});

describe('samples that do not allow a figure', () => {
  const every = { acer: acer.create({}), auc: auc.create({}), eer: eer.create({}), hter: hter.create({}), 'tpr@fpr': tprAtFpr.create({ fpr: 0.01 }) };

  it.each(Object.entries(every))('%s needs samples of both kinds', (name, metric) => {
    expect(() => figure(metric, [])).toThrow(`Cannot compute ${name}: there are no samples, expected bona fide samples and attacks`);
    expect(() => figure(metric, scored([0.1, 0.2], [1, 1]))).toThrow(`Cannot compute ${name}: all 2 samples are bona fide, expected attacks too`);
    expect(() => figure(metric, scored([0.1], [0]))).toThrow(`Cannot compute ${name}: all 1 samples are attacks, expected bona fide samples too`);
  });

  it('apcer needs attacks alone and bpcer bona fide samples alone', () => {
    expect(figure(apcer.create({}), scored([0.6], [0]))).toEqual({ unknown: 1 });
    expect(figure(bpcer.create({}), scored([0.6], [1]))).toBe(0);
    expect(() => figure(apcer.create({}), scored([0.6], [1]))).toThrow('Cannot compute apcer: all 1 samples are bona fide, expected attacks');
    expect(() => figure(bpcer.create({}), scored([0.6], [0]))).toThrow('Cannot compute bpcer: all 1 samples are attacks, expected bona fide samples');
  });

  it('refuses a score that is not finite, and says which', () => {
    expect(() => figure(auc.create({}), scored([0.5, Number.NaN], [1, 0]))).toThrow('Cannot compute auc: sample 1 has the score NaN, expected a finite number');
    expect(() => figure(accuracy.create({}), scored([0.5, Number.NaN], [1, 0]))).toThrow(
      'Cannot compute accuracy: sample 1 has a class probability of NaN, expected finite numbers',
    );
  });

  it('accuracy, ece and brier need one sample', () => {
    for (const metric of [accuracy.create({}), ece.create({ bins: 15 }), brier.create({})]) {
      expect(() => figure(metric, [])).toThrow(/^Cannot compute (accuracy|ece|brier): there are no samples, expected at least one$/);
    }
  });
});

it('tpr@nearest-fpr takes the first point at the nearest FPR, which tpr@fpr does not: 1/2 at 1/3 beside 1 at most there', () => {
  // Descending: live 0.9, attack 0.8, live 0.7, attack 0.6, attack 0.5. Points (FPR, TPR): (0, 0), (0, 1/2), (1/3, 1/2), (1/3, 1) ...
  const samples = scored([0.9, 0.8, 0.7, 0.6, 0.5], [1, 0, 1, 0, 0]);
  expect(figure(tprAtNearestFpr.create({ fpr: 0.3 }), samples)).toBe(0.5);
  expect(figure(tprAtFpr.create({ fpr: 0.3 }), samples)).toBe(0.5);
  expect(figure(tprAtFpr.create({ fpr: 0.34 }), samples)).toBe(1);
  expect(figure(tprAtNearestFpr.create({ fpr: 0.05 }), samples)).toBe(0);
  expect(() => figure(tprAtNearestFpr.create({ fpr: 0.05 }), scored([0.1, 0.2], [1, 1]))).toThrow('Cannot compute tpr@nearest-fpr');
});
