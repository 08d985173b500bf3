import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  accuracyAt,
  acer,
  apcer,
  apcerAtBpcer,
  areaUnderCurve,
  bpcer,
  bpcerAtApcer,
  brierScore,
  detectionEqualErrorRate,
  equalErrorRate,
  figures,
  hter,
  roc,
  splitScores,
  truePositiveRateAt,
} from '../src/index.ts';

interface Golden {
  readonly scores: number[];
  readonly labels: number[];
  readonly attackSpecies: (string | null)[];
  readonly auc: number;
  readonly eerPoint: { threshold: number; far: number; frr: number; hter: number };
  readonly tprAtFpr: Record<string, number>;
  readonly atEerThreshold: { apcer: Record<string, number>; bpcer: number; acer: number };
  readonly atThresholdHalf: { apcer: Record<string, number>; bpcer: number; acer: number };
}

interface Reference {
  readonly scores: number[];
  readonly probabilities: number[];
  readonly labels: number[];
  readonly species: (string | null)[];
  readonly auc: number;
  readonly roc: { fpr: number[]; tpr: number[]; thresholds: number[] };
  readonly eer: { threshold: number; far: number; frr: number };
  readonly tprAtFpr: Record<string, number>;
  readonly apcer: Record<string, number>;
  readonly bpcer: number;
  readonly bpcerAtApcer: Record<string, number>;
  readonly apcerAtBpcer: Record<string, number>;
  readonly accuracy: number;
  readonly brier: number;
  readonly dEer: number;
}

function read<T>(path: string): T[] {
  return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { cases: T[] }).cases;
}

const text = (names: readonly (string | null)[]) => names.map((name) => name ?? '');

describe.each(read<Golden>('../../../goldens/metrics.json').map((golden, i) => [i, golden] as const))('case %i of the goldens', (_, golden) => {
  const { scores, labels, attackSpecies } = golden;
  const split = splitScores({ scores, labels, species: text(attackSpecies) });
  const curve = roc(split.bonaFide, split.attacks);

  it('has their AUC, equal error point, HTER and TPR at each FPR', () => {
    const point = equalErrorRate(curve);
    expect(areaUnderCurve(curve)).toBeCloseTo(golden.auc, 12);
    expect(point.threshold).toBe(golden.eerPoint.threshold);
    expect(point.far).toBe(golden.eerPoint.far);
    expect(point.frr).toBe(golden.eerPoint.frr);
    expect(point.rate).toBeCloseTo(golden.eerPoint.hter, 12);
    expect(hter(split, point.threshold)).toBeCloseTo(golden.eerPoint.hter, 12);
    for (const [fpr, tpr] of Object.entries(golden.tprAtFpr)) expect(truePositiveRateAt(curve, Number(fpr))).toBe(tpr);
  });

  it('has their APCER by species, BPCER and ACER at both thresholds', () => {
    for (const [threshold, expected] of [
      [golden.eerPoint.threshold, golden.atEerThreshold],
      [0.5, golden.atThresholdHalf],
    ] as const) {
      expect(apcer(split, threshold)).toEqual(expected.apcer);
      expect(bpcer(split.bonaFide, threshold)).toBe(expected.bpcer);
      expect(acer(split, threshold)).toBeCloseTo(expected.acer, 12);
    }
  });
});

describe.each(read<Reference>('sklearn-reference.json').map((reference, i) => [i, reference] as const))('case %i of scikit-learn', (_, reference) => {
  const { scores, labels, probabilities } = reference;
  const species = text(reference.species);
  const split = splitScores({ scores, labels, species });
  const curve = roc(split.bonaFide, split.attacks);

  it('has its ROC, point by point', () => {
    expect(Array.from(curve.fpr)).toEqual(reference.roc.fpr);
    expect(Array.from(curve.tpr)).toEqual(reference.roc.tpr);
    expect(Array.from(curve.thresholds).slice(1)).toEqual(reference.roc.thresholds);
  });

  it('has its figures one by one', () => {
    const { threshold, far, frr } = equalErrorRate(curve);
    expect({ threshold, far, frr }).toEqual(reference.eer);
    expect(areaUnderCurve(curve)).toBeCloseTo(reference.auc, 12);
    expect(accuracyAt(split, threshold)).toBe(reference.accuracy);
    expect(brierScore(probabilities, labels)).toBeCloseTo(reference.brier, 12);
    expect(detectionEqualErrorRate(curve)).toBeCloseTo(reference.dEer, 12);
    for (const [limit, rate] of Object.entries(reference.bpcerAtApcer)) expect(bpcerAtApcer(split, Number(limit)).bpcer).toBeCloseTo(rate, 12);
    for (const [limit, rate] of Object.entries(reference.apcerAtBpcer)) expect(apcerAtBpcer(split, Number(limit)).apcer).toBeCloseTo(rate, 12);
  });

  it('has the same figures in one call', () => {
    const all = figures({ scores, labels, species }, { bootstrap: false, limits: [0.01, 0.05, 0.1, 0.2] });
    const { eer, tprAtFpr, apcer, bpcer, bpcerAtApcer, apcerAtBpcer } = reference;
    expect(all).toMatchObject({ threshold: eer.threshold, far: eer.far, accuracy: reference.accuracy, tprAtFpr, apcer, bpcer });
    expect(all.eer).toBe(equalErrorRate(curve).rate);
    expect(all.auc).toBe(areaUnderCurve(curve));
    expect(all.dEer).toBe(detectionEqualErrorRate(curve));
    for (const [limit, rate] of Object.entries(bpcerAtApcer)) expect(all.bpcerAtApcer[limit]).toBeCloseTo(rate, 12);
    for (const [limit, rate] of Object.entries(apcerAtBpcer)) expect(all.apcerAtBpcer[limit]).toBeCloseTo(rate, 12);
    expect(all.brier).toBeUndefined();
    expect(figures({ scores: probabilities, labels }, { bootstrap: false }).brier).toBeCloseTo(reference.brier, 12);
  });
});
