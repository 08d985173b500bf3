import { describe, expect, it } from 'vitest';
import { accuracy, accuracyAt } from './accuracy.ts';
import { acer } from './acer.ts';
import { apcer } from './apcer.ts';
import { areaUnderCurve } from './area-under-curve.ts';
import { bpcer } from './bpcer.ts';
import { brierScore } from './brier-score.ts';
import { equalErrorRate } from './equal-error-rate.ts';
import { EmptySpeciesError, LabelError, LengthError, MetricError, NoSamplesError, OneClassError, ProbabilityError, ScoreError } from './errors.ts';
import { expectedCalibrationError } from './expected-calibration-error.ts';
import { hter } from './hter.ts';
import { roc, rocPoints } from './roc.ts';
import { splitScores } from './scores.ts';
import { truePositiveRateAt } from './true-positive-rate-at.ts';

describe('four bona fide at 0.9, 0.8, 0.6, 0.3 and four attacks at 0.7, 0.4, 0.2, 0.1', () => {
  const scores = splitScores({
    scores: [0.9, 0.8, 0.6, 0.3, 0.7, 0.4, 0.2, 0.1],
    labels: [1, 1, 1, 1, 0, 0, 0, 0],
    species: ['', '', '', '', 'replay', undefined, 'print', 'print'],
  });
  const curve = roc(scores.bonaFide, scores.attacks);

  it('has 13 of 16 pairs in order', () => {
    expect(areaUnderCurve(curve)).toBe(13 / 16);
  });

  it('has its equal error point at 0.6, where one attack of four is accepted and one bona fide of four refused', () => {
    expect(equalErrorRate(curve)).toEqual({ threshold: 0.6, far: 0.25, frr: 0.25, rate: 0.25 });
  });

  it('counts a score equal to the threshold as accepted', () => {
    expect(apcer(scores, 0.4)).toEqual({ print: 0, replay: 1, unknown: 1 });
    expect(bpcer(scores.bonaFide, 0.3)).toBe(0);
    expect(bpcer(scores.bonaFide, 0.30001)).toBe(0.25);
  });

  it('takes the worst species for ACER, all attacks together for HTER, and both kinds together for accuracy', () => {
    expect(acer(scores, 0.5)).toBe((1 + 0.25) / 2);
    expect(hter(scores, 0.5)).toBe((0.25 + 0.25) / 2);
    expect(accuracyAt(scores, 0.5)).toBe(6 / 8);
  });

  it('accepts half of the bona fide with no attack, and three quarters with one attack of four', () => {
    expect(truePositiveRateAt(curve, 0.2)).toBe(0.5);
    expect(truePositiveRateAt(curve, 0.25)).toBe(0.75);
    expect(truePositiveRateAt(curve, 1)).toBe(1);
  });
});

describe('ties and the ends of the curve', () => {
  it('shares one point of the ROC among equal scores, after a point that accepts nothing', () => {
    expect(rocPoints(roc([1, 1], [1, 0]))).toEqual([
      { threshold: Number.POSITIVE_INFINITY, tpr: 0, fpr: 0, acceptedBonaFide: 0, acceptedAttacks: 0 },
      { threshold: 1, tpr: 1, fpr: 0.5, acceptedBonaFide: 2, acceptedAttacks: 1 },
      { threshold: 0, tpr: 1, fpr: 1, acceptedBonaFide: 2, acceptedAttacks: 2 },
    ]);
  });

  it('takes the stricter of two equal error points', () => {
    // At 3: TPR 1/2, FPR 0. At 2: TPR 1, FPR 1/2. Both are 1/2 away.
    expect(equalErrorRate(roc([3, 2], [2, 1]))).toEqual({ threshold: 3, far: 0, frr: 0.5, rate: 0.25 });
  });

  it('gives AUC and HTER of one half, and a finite threshold that accepts nothing, where all scores are equal', () => {
    expect(equalErrorRate(roc([0.5, 0.5], [0.5]))).toEqual({ threshold: 1.5, far: 0, frr: 1, rate: 0.5 });
    expect(areaUnderCurve(roc([0.5], [0.5]))).toBe(0.5);
  });

  it('gives EER 1 and AUC 0 where the order is the wrong way round', () => {
    const curve = roc([0.1, 0.2], [0.8, 0.9]);
    expect(equalErrorRate(curve).rate).toBe(1);
    expect(areaUnderCurve(curve)).toBe(0);
  });

  it('refuses curves without points', () => {
    const none = { length: 0, thresholds: new Float64Array(), tpr: new Float64Array(), fpr: new Float64Array() };
    const empty = { ...none, acceptedBonaFide: new Uint32Array(), acceptedAttacks: new Uint32Array() };
    expect(() => equalErrorRate(empty)).toThrow('the ROC has no points, expected a full ROC');
    expect(() => areaUnderCurve(empty)).toThrow('the curve does not end at (1, 1), expected a full ROC');
  });
});

describe('more than two classes', () => {
  const probabilities = [
    [0.8, 0.1, 0.1],
    [0.2, 0.5, 0.3],
    [0.4, 0.4, 0.2],
  ];
  const labels = [0, 2, 0];

  it('is right for two of three, the first of equal classes counting', () => {
    expect(accuracy(probabilities, labels)).toBe(2 / 3);
  });

  it('has a Brier score of half of 0.06 + 0.78 + 0.56, over three', () => {
    expect(brierScore(probabilities, labels)).toBeCloseTo((0.06 + 0.78 + 0.56) / 6, 12);
  });
});

describe('calibration of two classes', () => {
  it('has the mean squared difference of score and label as Brier score, for pairs and for the probability of bona fide alone', () => {
    expect(brierScore([0.9, 0.6, 0.2], [1, 0, 0])).toBeCloseTo((0.01 + 0.36 + 0.04) / 3, 12);
    const pairs = [0.9, 0.6, 0.2].map((p) => [1 - p, p]);
    expect(brierScore(pairs, [1, 0, 0])).toBe(brierScore([0.9, 0.6, 0.2], [1, 0, 0]));
  });

  it('has no calibration error where 0.75 is right three times of four, and 0.25 where it is right twice of four', () => {
    expect(expectedCalibrationError([0.75, 0.75, 0.75, 0.75], [1, 1, 1, 0])).toBe(0);
    expect(expectedCalibrationError([0.75, 0.25, 0.75, 0.25], [1, 0, 0, 1])).toBe(0.25);
  });

  it('weighs the bins by their samples', () => {
    // Three samples at 0.95, all right: |1 - 0.95|. One at 0.6, wrong: |0 - 0.6|.
    expect(expectedCalibrationError([0.95, 0.95, 0.95, 0.6], [1, 1, 1, 0], 10)).toBeCloseTo((3 * 0.05 + 0.6) / 4, 12);
  });

  it('takes an accuracy of three of four at 0.5', () => {
    expect(accuracy([0.9, 0.6, 0.2, 0.4], [1, 0, 0, 0])).toBe(0.75);
  });
});

describe('samples that do not allow a figure', () => {
  function thrown(run: () => unknown): unknown {
    try {
      run();
    } catch (error) {
      return error;
    }
    return 'nothing thrown';
  }

  it.each([
    [
      'no samples at all',
      () => hter({ bonaFide: [], attacks: [] }, 0),
      NoSamplesError,
      'Cannot compute hter: there are no samples, expected bona fide samples and attacks',
    ],
    [
      'bona fide alone',
      () => acer(splitScores({ scores: [1, 2], labels: [1, 1] }), 0),
      OneClassError,
      'Cannot compute acer: all 2 samples are bona fide, expected attacks too',
    ],
    [
      'attacks alone',
      () => accuracyAt({ bonaFide: [], attacks: [1] }, 0),
      OneClassError,
      'Cannot compute accuracy: all 1 samples are attacks, expected bona fide samples too',
    ],
    ['no attacks for APCER', () => apcer({ attacks: [], species: [] }, 0), NoSamplesError, 'Cannot compute apcer: there are no samples, expected attacks'],
    [
      'a species without attacks',
      () => apcer({ attacks: [1], species: ['print'] }, 0, ['mask']),
      EmptySpeciesError,
      "Cannot compute apcer: the species 'mask' has no attacks, expected some (there are print)",
    ],
    [
      'a score that is no number',
      () => splitScores({ scores: [0, Number.NaN], labels: [0, 1] }, 'auc'),
      ScoreError,
      'Cannot compute auc: sample 1 has the score NaN, expected a finite number',
    ],
    ['an infinite score', () => roc([1], [0, Number.NEGATIVE_INFINITY]), ScoreError, 'Cannot draw an ROC: score 1 is -Infinity, expected a finite number'],
    [
      'an unknown label',
      () => splitScores({ scores: [0, 1, 2], labels: [0, 1, -1] }),
      LabelError,
      'Cannot compute figures: sample 2 has the label -1, expected 0 (attack) or 1 (bona fide)',
    ],
    [
      'columns of different length',
      () => splitScores({ scores: [0, 1], labels: [0] }),
      LengthError,
      'Cannot compute figures: there are 2 scores and 1 labels, expected as many of both',
    ],
    [
      'logits for a calibration figure',
      () => expectedCalibrationError([0.5, 1.5], [0, 1]),
      ProbabilityError,
      'Cannot compute ece: sample 1 has the probabilities -0.5, 1.5, expected values in 0..1',
    ],
    [
      'a label without a class',
      () => accuracy([[0.5, 0.5]], [2]),
      LabelError,
      'Cannot compute accuracy: sample 0 has the label 2 and 2 class probabilities, expected one for its label',
    ],
    ['an ROC of one kind', () => roc([1], []), OneClassError, 'Cannot draw an ROC: there are 1 bona fide samples and 0 attacks, expected some of both'],
  ] as const)('%s', (_, run, kind, message) => {
    const error = thrown(run) as MetricError;
    expect(error).toBeInstanceOf(kind);
    expect(error).toBeInstanceOf(MetricError);
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe(message);
  });
});
