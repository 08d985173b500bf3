/** What samples do not allow. Each cause has a class of its own; all of them say `Cannot <do> <what>: <what is>, expected <what should be>`. */
export class MetricError extends RangeError {
  override name = 'MetricError';
}

/** There is nothing to compute over. */
export class NoSamplesError extends MetricError {
  override name = 'NoSamplesError';
}

/** All samples are bona fide, or all are attacks, and the figure needs the other kind. */
export class OneClassError extends MetricError {
  override name = 'OneClassError';
}

/** A species of attack was asked for and has no samples. */
export class EmptySpeciesError extends MetricError {
  override name = 'EmptySpeciesError';
}

/** A score is NaN or infinite. */
export class ScoreError extends MetricError {
  override name = 'ScoreError';
  /** Of the score, from 0. */
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

/** A label is neither 0 (attack) nor 1 (bona fide), or has no class probability. */
export class LabelError extends MetricError {
  override name = 'LabelError';
  /** Of the sample, from 0. */
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

/** A calibration figure was asked of values outside 0..1. */
export class ProbabilityError extends MetricError {
  override name = 'ProbabilityError';
  /** Of the sample, from 0. */
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

/** Columns that belong together differ in length. */
export class LengthError extends MetricError {
  override name = 'LengthError';
}

/** Too few subjects, videos or samples of a kind to resample. */
export class ResamplingError extends MetricError {
  override name = 'ResamplingError';
}
