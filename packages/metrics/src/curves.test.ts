import { describe, expect, it } from 'vitest';
import { reliabilityBins, scoreHistogram } from './bins.ts';
import { detPoints, expectedPerformanceCurve, thresholdCurve } from './curves.ts';
import { detectionEqualErrorRate } from './detection-equal-error-rate.ts';
import { expectedCalibrationError } from './expected-calibration-error.ts';
import { nonResponseRates } from './non-response-rates.ts';
import { apcerAtBpcer, bpcerAtApcer } from './operating-limits.ts';
import { roc } from './roc.ts';
import { splitScores } from './scores.ts';

// Four bona fide and four attacks: the curve goes (FPR, TPR) = (0, 1/4), (0, 1/2), (1/4, 1/2), (1/4, 3/4), (1/2, 3/4), (1/2, 1), (3/4, 1), (1, 1).
const curve = roc([0.9, 0.8, 0.6, 0.3], [0.7, 0.4, 0.2, 0.1]);

describe('curves', () => {
  it('of detection errors have normal deviates as coordinates: 25 % lies at -0.6745, 50 % at 0, none of four at that of 1/8', () => {
    const points = detPoints(curve);
    expect(points.length).toBe(9);
    const { threshold, apcer, bpcer, x, y } = points[4] as (typeof points)[number];
    expect({ threshold, apcer, bpcer }).toEqual({ threshold: 0.6, apcer: 0.25, bpcer: 0.25 });
    expect(x).toBeCloseTo(-0.67449, 5);
    expect(y).toBeCloseTo(-0.67449, 5);
    expect(points[2]?.x).toBeCloseTo(-1.15035, 5);
    expect(points[2]?.y).toBeCloseTo(0, 12);
  });

  it('over the threshold ascend, and can be thinned to both ends and one between', () => {
    expect(thresholdCurve(curve)[0]).toEqual({ threshold: 0.1, apcer: 1, bpcer: 0 });
    expect(thresholdCurve(curve, 3).map(({ threshold }) => threshold)).toEqual([0.1, 0.4, 0.9]);
    expect(() => thresholdCurve(curve, 1)).toThrow('at most 1 points were asked for, expected 2 or more');
  });

  it('of expected performance go from the threshold that accepts everything to one that accepts no attack of the development scores', () => {
    // Test scores: one attack at 0.85 more than the development scores have. At 0.3 half of the attacks pass, at 0.8 one of five and half of the bona fide fail.
    const test = roc([0.9, 0.8, 0.6, 0.3], [0.85, 0.7, 0.4, 0.2, 0.1]);
    const points = expectedPerformanceCurve(curve, test, 3);
    expect(points.map(({ weight, threshold }) => [weight, threshold])).toEqual([
      [0, 0.3],
      [0.5, 0.8],
      [1, 1.9],
    ]);
    expect(points[0]?.hter).toBeCloseTo(0.3, 12);
    expect(points[1]?.hter).toBeCloseTo((0.2 + 0.5) / 2, 12);
    expect(points[2]?.hter).toBe(0.5);
  });
});

describe('operating points', () => {
  const scores = splitScores({
    scores: [0.9, 0.8, 0.6, 0.3, 0.7, 0.4, 0.2, 0.1],
    labels: [1, 1, 1, 1, 0, 0, 0, 0],
    species: ['', '', '', '', 'replay', 'replay', 'print', 'print'],
  });

  it('take the worst species: with no replay accepted half of the bona fide is refused, with one of two a quarter', () => {
    expect(bpcerAtApcer(scores, 0.01)).toEqual({ threshold: 0.8, apcer: 0, bpcer: 0.5, acer: 0.25 });
    expect(bpcerAtApcer(scores, 0.5)).toEqual({ threshold: 0.6, apcer: 0.5, bpcer: 0.25, acer: 0.375 });
    expect(apcerAtBpcer(scores, 0.25)).toEqual({ threshold: 0.6, apcer: 0.5, bpcer: 0.25, acer: 0.375 });
    expect(apcerAtBpcer(scores, 0)).toEqual({ threshold: 0.3, apcer: 1, bpcer: 0, acer: 0.5 });
  });

  it('lie above all scores where the highest is an attack', () => {
    expect(bpcerAtApcer(splitScores({ scores: [1, 2], labels: [1, 0] }), 0.1)).toEqual({ threshold: 3, apcer: 0, bpcer: 1, acer: 0.5 });
  });
});

describe('D-EER', () => {
  it('lies on the hull: from (0, 1/2) to (1/2, 1) the hull meets TPR = 1 - FPR at 1/4', () => {
    expect(detectionEqualErrorRate(curve)).toBe(0.25);
  });

  it('is 0 for scores that are apart, 1/2 where all are equal or turned round', () => {
    expect(detectionEqualErrorRate(roc([3, 4], [1, 2]))).toBe(0);
    expect(detectionEqualErrorRate(roc([1], [1, 1]))).toBe(0.5);
    expect(detectionEqualErrorRate(roc([1, 2], [3, 4]))).toBe(0.5);
  });
});

describe('bins', () => {
  it('of reliability have the expected calibration error as their sum', () => {
    const [scores, labels] = [
      [0.95, 0.95, 0.95, 0.6, 0.2],
      [1, 1, 1, 0, 0],
    ];
    const bins = reliabilityBins(scores, labels, 10);
    expect(bins.map(({ n }) => n)).toEqual([0, 0, 0, 0, 0, 1, 0, 1, 0, 3]);
    expect(bins[5]).toEqual({ low: 0.5, high: 0.6, n: 1, confidence: 0.6, accuracy: 0 });
    expect(bins[0]).toEqual({ low: 0, high: 0.1, n: 0 });
    const sum = bins.reduce((total, { n, confidence = 0, accuracy = 0 }) => total + (n / 5) * Math.abs(accuracy - confidence), 0);
    expect(sum).toBeCloseTo(expectedCalibrationError(scores, labels, 10), 12);
  });

  it('of a histogram count both kinds from the lowest score to the highest, which is in the last', () => {
    expect(scoreHistogram({ scores: [0, 1, 2, 4, 3], labels: [0, 0, 1, 1, 1] }, 2)).toEqual([
      { low: 0, high: 2, bonaFide: 0, attacks: 2 },
      { low: 2, high: 4, bonaFide: 3, attacks: 0 },
    ]);
    expect(scoreHistogram({ scores: [5, 5], labels: [0, 1] }, 2)[0]).toEqual({ low: 5, high: 5, bonaFide: 1, attacks: 1 });
  });
});

it('non-response rates count attempts without a score among all attempts of their kind', () => {
  expect(nonResponseRates({ attacks: 1, bonaFide: 2 }, { attacks: 3, bonaFide: 6 })).toEqual({ apnrr: 0.25, bpnrr: 0.25 });
  expect(nonResponseRates({ attacks: 0, bonaFide: 0 }, { attacks: 3, bonaFide: 0 })).toEqual({ apnrr: 0 });
});
