import { type Aggregate, combineScores } from '@gradalign/metrics';
import { cannot } from '../contracts/errors.ts';
import type { ScoredSample } from './score-samples.ts';

/**
 * One scored sample per video, in order of first appearance; a sample without a video stays as it is. With two classes the score (the probability of
 * bona fide) is aggregated; with more, the probability of each class, then divided by their sum. Videos are told apart by domain and name.
 *
 * @throws UserError if the frames of a video have different labels.
 */
export function aggregateFrames(scored: readonly ScoredSample[], how: Aggregate): ScoredSample[] {
  const videos = new Map<string, ScoredSample[]>();
  for (const [i, frame] of scored.entries()) {
    const { video } = frame.sample;
    const key = video === undefined ? `sample ${i}` : `video ${JSON.stringify([frame.domain, video])}`;
    const frames = videos.get(key);
    if (frames) frames.push(frame);
    else videos.set(key, [frame]);
  }
  return [...videos.values()].map((frames) => aggregate(frames as [ScoredSample, ...ScoredSample[]], how));
}

function aggregate(frames: readonly [ScoredSample, ...ScoredSample[]], how: Aggregate): ScoredSample {
  const [{ sample, domain, probabilities }] = frames;
  if (sample.video === undefined) return frames[0];
  const other = frames.find((frame) => frame.sample.label !== sample.label);
  if (other) {
    throw cannot(
      `aggregate the frames of video '${sample.video}' in '${domain}'`,
      `'${sample.id}' has the label ${sample.label} and '${other.sample.id}' the label ${other.sample.label}`,
      'one label per video',
    );
  }
  const { frame: _, ...known } = sample;
  const together = (label: number) =>
    combineScores(
      frames.map((frame) => frame.probabilities[label] as number),
      how,
    );
  return {
    sample: { ...known, id: sample.video },
    domain,
    probabilities: probabilities.length === 2 ? pair(together(1)) : normalized(probabilities.map((_, label) => together(label))),
  };
}

function pair(score: number): number[] {
  return [1 - score, score];
}

function normalized(values: readonly number[]): number[] {
  const total = sum(values);
  return values.map((value) => value / total);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
