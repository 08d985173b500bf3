import { describe, expect, it } from 'vitest';
import { operatingThreshold } from './operating-threshold.ts';

/** Live at 0.9, 0.8, 0.6, 0.3; attacks at 0.7 and 0.4 (replay), 0.2 and 0.1 (print). */
const scores = {
  scores: [0.9, 0.8, 0.6, 0.3, 0.7, 0.4, 0.2, 0.1],
  labels: [1, 1, 1, 1, 0, 0, 0, 0],
  species: ['', '', '', '', 'replay', 'replay', 'print', 'print'],
};

describe('the threshold of a rule', () => {
  it.each([
    ['the equal error point', {}, { threshold: 0.6, apcer: 0.5, bpcer: 0.25 }],
    ['no attack accepted', { attacksAccepted: 0 }, { threshold: 0.8, apcer: 0, bpcer: 0.5 }],
    ['half of the worst species accepted', { attacksAccepted: 0.5 }, { threshold: 0.6, apcer: 0.5, bpcer: 0.25 }],
    ['no bona fide refused', { bonaFideRefused: 0 }, { threshold: 0.3, apcer: 1, bpcer: 0 }],
    ['a quarter of the bona fide refused', { bonaFideRefused: 0.25 }, { threshold: 0.6, apcer: 0.5, bpcer: 0.25 }],
  ])('%s', (_, rule, expected) => {
    expect(operatingThreshold(scores, rule)).toMatchObject({ ...expected, acer: (expected.apcer + expected.bpcer) / 2, resampled: 'samples' });
  });

  it('above all scores, where the highest is an attack and none may pass', () => {
    expect(operatingThreshold({ scores: [1, 2], labels: [1, 0] }, { attacksAccepted: 0 })).toMatchObject({ threshold: 3, apcer: 0, bpcer: 1 });
  });
});

describe('its interval', () => {
  it('holds the threshold, is the same for the same seed, and narrows with more people', () => {
    const many = {
      scores: Array.from({ length: 20 }, () => scores.scores).flat(),
      labels: Array.from({ length: 20 }, () => scores.labels).flat(),
    };
    const width = ({ interval: [low, high] = [0, 0] }: ReturnType<typeof operatingThreshold>) => high - low;
    const few = operatingThreshold(scores, {}, { seed: 3 });
    expect(few.interval?.[0]).toBeLessThanOrEqual(0.6);
    expect(few.interval?.[1]).toBeGreaterThanOrEqual(0.6);
    expect(operatingThreshold(scores, {}, { seed: 3 })).toEqual(few);
    expect(width(operatingThreshold(many, {}, { seed: 3 }))).toBeLessThan(width(few));
  });

  it('is not there with one sample of a kind', () => {
    expect(operatingThreshold({ scores: [1, 0], labels: [1, 0] }, {})).not.toHaveProperty('interval');
  });
});

it('refuses one class', () => {
  expect(() => operatingThreshold({ scores: [1, 0], labels: [1, 1] }, {})).toThrow(
    'Cannot compute threshold: all 2 samples are bona fide, expected attacks too',
  );
});
