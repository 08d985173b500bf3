import { aggregateFrames, hasVideos, type Scores } from '@gradalign/metrics';
import type { Subject } from './subject.ts';

/** Scores at the level that figures are reported at: videos where rows name them, single images otherwise. */
export interface LevelScores {
  readonly level: 'video' | 'image';
  readonly test: Scores;
  readonly dev?: Scores;
  /** The test with probabilities of bona fide as scores, for calibration; absent where the scores are none. */
  readonly probabilities?: Scores;
  /** Fixed before the test, at this level. */
  readonly threshold?: number;
}

/**
 * The test scores of a subject; undefined where it has none.
 *
 * @throws LabelError where frames of one video have different labels
 */
export function levelScores({ test, dev, thresholds, aggregate }: Pick<Subject, 'test' | 'dev' | 'thresholds' | 'aggregate'>): LevelScores | undefined {
  if (!test) return undefined;
  const probabilities = test.probabilities ?? test.scores;
  const level = hasVideos(test) ? 'video' : 'image';
  const at = (scores: Scores) => (hasVideos(scores) ? aggregateFrames(scores, aggregate) : scores);
  return {
    level,
    test: at(test),
    ...(dev ? { dev: at(dev) } : {}),
    ...(probabilities.every((share) => share >= 0 && share <= 1) ? { probabilities: at({ ...test, scores: probabilities }) } : {}),
    ...(thresholds ? { threshold: level === 'video' ? thresholds.video : thresholds.frame } : {}),
  };
}
