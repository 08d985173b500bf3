import { expect, it } from 'vitest';
import { calibratedProbability } from './calibration.ts';
import { scoreVideo, type VideoRules } from './score-video.ts';

const rules: VideoRules = { scale: 'logit', logitScale: 2, aggregate: 'mean', calibration: null, videoCalibration: null };
const third = Math.log(3);

it('the mean of the logits -1 and 3 is 1, and of scale 2 its probability sigmoid(2)', () => {
  expect(scoreVideo([-1, 3], { ...rules, aggregated: 'logit' })).toEqual({ score: 1, probability: 1 / (1 + Math.exp(-2)) });
  expect(scoreVideo([-1, 3], rules)).toEqual({ score: 1, probability: 1 / (1 + Math.exp(-2)) });
});

it('of a run without logits the probabilities are averaged: 1/2 and 3/4 are 5/8, whose odds are 5 to 3', () => {
  const { score, probability } = scoreVideo([0, third], { ...rules, logitScale: 1, aggregated: 'probability' });
  expect(score).toBeCloseTo(Math.log(5 / 3), 12);
  expect(probability).toBeCloseTo(5 / 8, 12);
  // The mean of the logits would be the odds of sqrt(3), 0.634.
  expect(scoreVideo([0, third], { ...rules, logitScale: 1 }).probability).toBeCloseTo(Math.sqrt(3) / (1 + Math.sqrt(3)), 12);
  expect(scoreVideo([0, third / 2], { ...rules, aggregated: 'probability' }).score).toBeCloseTo(Math.log(5 / 3) / 2, 12);
});

it('a network that is sure of every frame has finite log-odds, 36', () => {
  expect(scoreVideo([50, 60], { ...rules, logitScale: 1, aggregated: 'probability' })).toMatchObject({ score: 36 });
  expect(scoreVideo([-900, -800], { ...rules, logitScale: 1, aggregated: 'probability' })).toMatchObject({ score: -36, probability: 1 / (1 + Math.exp(36)) });
});

it("has the videos' calibration, not that of single pictures: log-odds 2 at temperature 2 are sigmoid(1), and 0.7 on the line from (0, 0.4) to (4, 1)", () => {
  const calibration = { method: 'temperature', temperature: 9 } as const;
  expect(scoreVideo([1], { ...rules, calibration, videoCalibration: { method: 'temperature', temperature: 2 } }).probability).toBe(1 / (1 + Math.exp(-1)));
  const points = [
    [0, 0.4],
    [4, 1],
  ] as const;
  expect(scoreVideo([1], { ...rules, calibration, videoCalibration: { method: 'isotonic', points } }).probability).toBeCloseTo(0.7, 12);
  expect(calibratedProbability({ method: 'isotonic', points }, -1)).toBe(0.4);
  expect(calibratedProbability({ method: 'isotonic', points }, 5)).toBe(1);
});

it('models of older versions have the temperature of single pictures, and no probability of an isotonic regression whose points they lack', () => {
  const { videoCalibration: _, ...older } = rules;
  expect(scoreVideo([1], { ...older, calibration: { method: 'temperature', temperature: 2 } }).probability).toBe(1 / (1 + Math.exp(-1)));
  expect(scoreVideo([1], { ...older, calibration: { method: 'isotonic', points: 3 } })).toEqual({ score: 1, probability: null });
});
