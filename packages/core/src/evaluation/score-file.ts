import { formatScores, type ScoreRow } from '@gradalign/metrics';
import { cannot } from '../contracts/errors.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { ScoredSample } from './score-samples.ts';

/**
 * Writes scores of two classes in bob's columns (see formatScores), atomically: the file is complete or not there at all. `score` is the probability of
 * bona fide; `logit`, where samples have one, is what our figures rank by: probabilities near 1 can tie in any number of digits, logits do not.
 *
 * @param options `withDomain`: a column `domain`, for scores of several domains.
 * @throws UserError if a sample has other than two classes or a score that is not finite, or the file cannot be written.
 */
export function writeScoreFile(path: string, scored: readonly ScoredSample[], { withDomain = false }: { readonly withDomain?: boolean } = {}): void {
  writeAtomically(path, formatScores(scored.map((one) => ({ ...rowOf(one, path), ...(withDomain ? { domain: one.domain } : {}) }))));
}

function rowOf({ sample, probabilities, logit }: ScoredSample, path: string): ScoreRow {
  const score = probabilities[1];
  if (score === undefined || probabilities.length !== 2)
    throw cannot(`write scores to ${path}`, `'${sample.id}' has ${probabilities.length} classes`, 'two (attack, bona fide)');
  const bad = [score, logit?.value ?? 0].find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw cannot(`write scores to ${path}`, `the score of '${sample.id}' is ${bad}`, 'a finite number');
  const isBonaFide = sample.label === 1;
  return {
    claimedId: sample.subject ?? '',
    testLabel: sample.id,
    isBonaFide,
    attackType: isBonaFide ? '' : (sample.species ?? ''),
    score,
    ...(sample.frame === undefined ? {} : { frameId: sample.frame }),
    videoKey: sample.video ?? '',
    ...(logit ? { logit: logit.value } : {}),
  };
}
