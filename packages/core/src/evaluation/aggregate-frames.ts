import { type Aggregate, combineScores } from '@gradalign/metrics';
import { cannot } from '../contracts/errors.ts';
import { type ScoredSample, scoredByLogit } from './score-samples.ts';

/**
 * One scored sample per video, in order of first appearance; a sample without a video stays as it is. Videos are told apart by domain and name.
 *
 * With two classes a video's score is the mean (median, largest) of its frames' logits, and its probability is the one that this logit stands for, so
 * that a video with the higher score always has the higher probability. Where frames have no logits, their probabilities of bona fide are combined;
 * with more than two classes, the probability of each class, then divided by their sum.
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
  const [{ sample, domain, probabilities, logit }] = frames;
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
  const video = { sample: { ...known, id: sample.video }, domain };
  if (logit) {
    const value = combineScores(
      frames.map((frame) => frame.logit?.value ?? Number.NaN),
      how,
    );
    return scoredByLogit(video, { value, scale: logit.scale });
  }
  const together = (label: number) =>
    combineScores(
      frames.map((frame) => frame.probabilities[label] as number),
      how,
    );
  return {
    ...video,
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
