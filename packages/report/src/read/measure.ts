import { brierScore, type Conventions, compareConventions, expectedCalibrationError, type FiguresByLevel, figures, type Scores } from '@gradalign/metrics';
import { levelScores } from './level.ts';
import { filterScores } from './read-scores.ts';
import type { Subject } from './subject.ts';

/** Figures of a subject under each convention, and of each of its test domains alone. */
export interface Measured {
  readonly all: Conventions;
  /** Of the probabilities, at the level that is reported; absent where the scores are none. No threshold is involved. */
  readonly calibration?: { readonly ece: number; readonly brier: number };
  /** Empty where the test has one domain. */
  readonly domains: Readonly<Record<string, Conventions | { readonly error: string }>>;
}

/** The figures, or why there are none. */
export type MeasuredOrNot = Measured | { readonly error: string };

/** Measures a subject's test scores; the deployable threshold comes from its held-out scores or, without them, from its results. */
export function measure(subject: Subject, options: { readonly threshold?: number; readonly rounds?: number } = {}): MeasuredOrNot {
  const { test } = subject;
  if (!test) return { error: subject.problems.find((problem) => problem.startsWith('scores')) ?? 'there are no test scores' };
  try {
    const all = conventions(subject, test, options);
    const names = [...new Set(Array.from(test.domains ?? []))].filter((name): name is string => Boolean(name)).sort();
    const domains = names.length < 2 ? [] : names.map((name) => [name, ofDomain(subject, test, name, options)] as const);
    const probabilities = levelScores(subject)?.probabilities;
    return { all, domains: Object.fromEntries(domains), ...(probabilities ? { calibration: calibrationOf(probabilities) } : {}) };
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

function ofDomain(subject: Subject, test: Scores, name: string, options: { readonly threshold?: number; readonly rounds?: number }) {
  try {
    return conventions(
      subject,
      filterScores(test, (row) => test.domains?.[row] === name),
      options,
    );
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function conventions(
  { dev, thresholds, aggregate }: Subject,
  test: Scores,
  { threshold, rounds = test.scores.length > manyScores ? 200 : 1000 }: { readonly threshold?: number; readonly rounds?: number },
): Conventions {
  const bootstrap = rounds > 0 && { rounds };
  const common = { test, aggregate, bootstrap, ...(threshold === undefined ? {} : { threshold }) };
  if (dev || !thresholds) return compareConventions({ ...common, ...(dev ? { dev } : {}) });
  return {
    ...compareConventions(common),
    deployable: figures(test, { aggregate, bootstrap, threshold: thresholds.frame, videoThreshold: thresholds.video }),
  };
}
