import {
  brierScore,
  type Conventions,
  compareConventions,
  expectedCalibrationError,
  type FiguresByLevel,
  figures,
  fixThresholds,
  hasVideos,
  type Scores,
} from '@gradalign/metrics';
import { chosenDecision, type MeasuredDecision, measureDecisions, thresholdsOfDecision } from './decisions.ts';
import { levelScores } from './level.ts';
import { filterScores } from './read-scores.ts';
import type { Subject } from './subject.ts';

/** Figures under each convention, and at the decision that the report is about. */
export interface Reported extends Conventions {
  readonly decision?: FiguresByLevel;
}

/** Figures of a subject under each convention, and of each of its test domains alone. */
export interface Measured {
  readonly all: Reported;
  /** All decisions of the run, in their order. */
  readonly decisions: readonly MeasuredDecision[];
  /** The one that `all.decision` is at. */
  readonly chosen?: string;
  /** Whether the thresholds of the operating points in the deployable column were fixed on held-out data. */
  readonly operatingFixed: boolean;
  /** Of the probabilities, at the level that is reported; absent where the scores are none. No threshold is involved. */
  readonly calibration?: { readonly ece: number; readonly brier: number };
  /** Empty where the test has one domain. */
  readonly domains: Readonly<Record<string, Reported | { readonly error: string }>>;
}

/** The figures, or why there are none. */
export type MeasuredOrNot = Measured | { readonly error: string };

/** What `measure` takes besides the subject. */
export interface MeasureOptions {
  readonly threshold?: number;
  readonly rounds?: number;
  /** Name of a decision; default: the only one, or the last. */
  readonly decision?: string;
}

/**
 * Measures a subject's test scores. The deployable threshold is the one in its results or, without them, that of its held-out scores.
 *
 * @throws UserError, exit code 2, where the decision that was asked for is none of the run's, or cannot be applied to its scores
 */
export function measure(subject: Subject, options: MeasureOptions = {}): MeasuredOrNot {
  const { test } = subject;
  const chosen = chosenDecision(subject, options.decision);
  if (!test) return { error: subject.problems.find((problem) => problem.startsWith('scores')) ?? 'there are no test scores' };
  try {
    const all = conventions(subject, test, options, chosen);
    const names = [...new Set(Array.from(test.domains ?? []))].filter((name): name is string => Boolean(name)).sort();
    const domains = names.length < 2 ? [] : names.map((name) => [name, ofDomain(subject, test, name, options, chosen)] as const);
    const probabilities = levelScores(subject)?.probabilities;
    return {
      ...{ all, domains: Object.fromEntries(domains), operatingFixed: subject.dev !== undefined },
      decisions: measureDecisions(subject, bootstrapOf(test, options), chosen !== undefined && all.decision ? { [chosen]: all.decision } : {}),
      ...(chosen === undefined ? {} : { chosen }),
      ...(probabilities ? { calibration: calibrationOf(probabilities) } : {}),
    };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** From so many scores on fewer rounds do: the intervals are narrow, and the report is there in seconds. */
const manyScores = 200_000;

/** Figures at the level that is reported: videos where there are some. */
export function reported(figuresOfLevels: FiguresByLevel): NonNullable<FiguresByLevel['video']> {
  return figuresOfLevels.video ?? figuresOfLevels;
}

function calibrationOf({ scores, labels }: Scores) {
  return { ece: expectedCalibrationError(Array.from(scores), labels), brier: brierScore(Array.from(scores), labels) };
}

function ofDomain(subject: Subject, test: Scores, name: string, options: MeasureOptions, chosen: string | undefined) {
  try {
    return conventions(
      subject,
      filterScores(test, (row) => test.domains?.[row] === name),
      options,
      chosen,
    );
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function bootstrapOf(test: Scores, { rounds = test.scores.length > manyScores ? 200 : 1000 }: MeasureOptions) {
  return rounds > 0 && { rounds };
}

function conventions(subject: Subject, test: Scores, options: MeasureOptions, chosen: string | undefined): Reported {
  const { dev, thresholds, aggregate } = subject;
  const common = { aggregate, bootstrap: bootstrapOf(test, options) } as const;
  const decision = chosen === undefined ? undefined : subject.decisions?.get(chosen);
  const given = options.threshold === undefined ? {} : { threshold: options.threshold };
  const at = dev && !thresholds ? { dev } : {};
  return {
    ...compareConventions({ ...common, test, ...given, ...at }),
    ...(thresholds ? { deployable: figures(test, { ...common, ...fixedThresholds(subject) }) } : {}),
    ...(decision ? { decision: figures(test, { ...common, ...thresholdsOfDecision(decision) }) } : {}),
  };
}

/** The thresholds of the results; those of the operating points come from the held-out scores, where there are some. */
function fixedThresholds({ dev, thresholds, aggregate }: Subject) {
  const [frame, video] = [thresholds?.frame ?? Number.NaN, thresholds?.video ?? Number.NaN];
  if (!dev) return { threshold: frame, videoThreshold: video };
  const ofVideos = hasVideos(dev) ? levelScores({ test: dev, aggregate })?.test : undefined;
  return { threshold: { ...fixThresholds(dev), threshold: frame }, videoThreshold: { ...fixThresholds(ofVideos ?? dev), threshold: video } };
}
