import { type ClassProbabilities, classProbabilities, predictedClass, requireClasses, requireProbabilities } from './class-probabilities.ts';
import { bonaFideLabel, requireFinite, requireLabel, requireLengths, type Scores } from './scores.ts';

/** A bin of a reliability diagram: samples whose predicted class has a probability in (low, high]. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** Mean probability of the predicted class; absent where n is 0. */
  readonly confidence?: number;
  /** Share of samples whose prediction is right; absent where n is 0. */
  readonly accuracy?: number;
}

/**
 * The bins of which the expected calibration error is the sum: ECE = Σ n_b / n · |accuracy_b - confidence_b|.
 *
 * @throws NoSamplesError, LengthError, ScoreError, LabelError, ProbabilityError
 */
export function reliabilityBins(probabilities: ClassProbabilities, labels: ArrayLike<number>, bins = 15): ReliabilityBin[] {
  requireClasses('reliability', probabilities, labels);
  requireProbabilities('reliability', probabilities);
  const sums = Array.from({ length: bins }, () => ({ n: 0, right: 0, confidence: 0 }));
  for (let i = 0; i < labels.length; i++) {
    const sample = classProbabilities(probabilities[i] as ArrayLike<number> | number);
    const predicted = predictedClass(sample);
    const probability = sample[predicted] as number;
    const bin = sums[Math.max(0, Math.ceil(probability * bins) - 1)] as (typeof sums)[number];
    bin.n++;
    bin.confidence += probability;
    if (predicted === labels[i]) bin.right++;
  }
  return sums.map(({ n, right, confidence }, b) => ({
    ...{ low: b / bins, high: (b + 1) / bins, n },
    ...(n === 0 ? {} : { confidence: confidence / n, accuracy: right / n }),
  }));
}

/** A bin of a histogram of scores: low <= score < high; the last bin holds its upper end too. */
export interface HistogramBin {
  readonly low: number;
  readonly high: number;
  readonly bonaFide: number;
  readonly attacks: number;
}

/**
 * Numbers of bona fide samples and attacks by score, in bins of equal width from the lowest to the highest score.
 *
 * @throws ScoreError, LabelError, LengthError
 */
export function scoreHistogram({ scores, labels }: Pick<Scores, 'scores' | 'labels'>, bins = 50): HistogramBin[] {
  requireLengths(scores.length, { labels }, 'a histogram');
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < scores.length; i++) {
    requireFinite(scores[i] as number, i, 'a histogram');
    requireLabel(labels[i] as number, i, 'a histogram');
    lowest = Math.min(lowest, scores[i] as number);
    highest = Math.max(highest, scores[i] as number);
  }
  if (scores.length === 0) return [];
  const counts = [new Uint32Array(bins), new Uint32Array(bins)] as const;
  const width = (highest - lowest) / bins;
  for (let i = 0; i < scores.length; i++) {
    const bin = width > 0 ? Math.min(bins - 1, Math.floor(((scores[i] as number) - lowest) / width)) : 0;
    const kind = counts[labels[i] === bonaFideLabel ? 1 : 0];
    kind[bin] = (kind[bin] as number) + 1;
  }
  return Array.from({ length: bins }, (_, b) => ({
    ...{ low: lowest + b * width, high: b === bins - 1 ? highest : lowest + (b + 1) * width },
    ...{ bonaFide: counts[1][b] as number, attacks: counts[0][b] as number },
  }));
}
