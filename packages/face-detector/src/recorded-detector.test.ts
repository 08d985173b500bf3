import { expect, it } from 'vitest';
import { recordedDetector } from './recorded-detector.ts';

it('reads network and score of a preparation, and takes the defaults where there are none', () => {
  expect(recordedDetector('@vladmandic/face-api 1.7.15, tiny, score 0.35')).toEqual({ model: 'tiny', minimumScore: 0.35 });
  expect(recordedDetector(undefined)).toEqual({ model: 'ssd', minimumScore: 0.5 });
});
