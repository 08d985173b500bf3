import { describe, expect, it } from 'vitest';
import { compareConventions } from './compare-conventions.ts';
import { EmptySpeciesError } from './errors.ts';
import { figures } from './figures.ts';

const test = {
  scores: [0.9, 0.8, 0.6, 0.3, 0.7, 0.4, 0.2, 0.1],
  labels: [1, 1, 1, 1, 0, 0, 0, 0],
  species: ['', '', '', '', 'replay', 'replay', 'print', 'print'],
};
const limits = { '0.01': 0.5, '0.05': 0.5, '0.1': 0.5 };

describe('figures', () => {
  it('of four bona fide samples and four attacks, at their own equal error point 0.6', () => {
    const { intervals, ece, brier, ...rest } = figures(test);
    expect(rest).toEqual({
      ...{ threshold: 0.6, hter: 0.25, eer: 0.25, auc: 13 / 16, far: 0.25, frr: 0.25, accuracy: 0.75, tprAtFpr: limits },
      ...{ apcer: { print: 0, replay: 0.5 }, bpcer: 0.25, acer: 0.375, bpcerAtApcer: limits, apcerAtBpcer: { '0.01': 1, '0.05': 1, '0.1': 1 } },
      ...{ dEer: 0.25, n: 8, bonaFide: 4, attacks: 4, nonResponse: { attacks: 0, bonaFide: 0 }, resampling: { over: 'samples' } },
    });
    // (0.1² + 0.2² + 0.4² + 0.7² + 0.7² + 0.4² + 0.2² + 0.1²) / 8.
    expect(brier).toBeCloseTo(1.4 / 8, 12);
    expect(ece).toBeGreaterThan(0);
    expect(Object.keys(intervals)).toEqual('threshold hter eer auc far frr accuracy bpcer acer apcer tprAtFpr bpcerAtApcer apcerAtBpcer'.split(' '));
    const { auc, apcer } = intervals as { auc: [number, number]; apcer: Record<string, [number, number]> };
    expect(auc[0]).toBeLessThan(13 / 16);
    expect(auc[1]).toBeGreaterThan(13 / 16);
    expect(Object.keys(apcer)).toEqual(['print', 'replay']);
  });

  it('are plain JSON', () => {
    const all = figures({ ...test, videos: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] }, { bootstrap: { rounds: 20 } });
    expect(JSON.parse(JSON.stringify(all))).toEqual(all);
  });

  it('leave out ECE and Brier where scores are no probabilities', () => {
    const { ece, brier } = figures({ ...test, scores: test.scores.map((score) => score * 10) }, { bootstrap: false });
    expect([ece, brier]).toEqual([undefined, undefined]);
  });

  it('have the fixed threshold 0.35: three of four bona fide and half of the attacks accepted', () => {
    const { threshold, far, frr, hter, eer, apcer, accuracy } = figures(test, { threshold: 0.35, bootstrap: false });
    expect({ threshold, far, frr, hter, eer, apcer, accuracy }).toEqual({
      threshold: 0.35,
      far: 0.5,
      frr: 0.25,
      hter: 0.375,
      eer: 0.25,
      apcer: { print: 0, replay: 1 },
      accuracy: 5 / 8,
    });
  });

  it('stand at the level of videos too where rows name their video', () => {
    // Videos score 0.85, 0.45 (bona fide), 0.55, 0.15 (attacks).
    const { n, video } = figures({ ...test, videos: ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd'] }, { bootstrap: false });
    expect(n).toBe(8);
    expect(video).toMatchObject({ n: 4, bonaFide: 2, attacks: 2, auc: 0.75 });
    expect(video?.threshold).toBeCloseTo(0.55, 12);
  });

  it('say why there are no intervals where all samples of a kind are of one person', () => {
    const { intervals, resampling } = figures({ ...test, subjects: ['a', 'a', 'a', 'a', 'b', 'b', 'c', 'c'] });
    expect(intervals).toEqual({});
    expect(resampling).toEqual({
      over: 'subjects',
      unavailable: 'Cannot resample over subjects: the bona fide samples come from 1 of them, expected two or more',
    });
  });

  it('refuse a species without attacks, a threshold and limits out of range', () => {
    expect(() => figures(test, { species: ['mask'] })).toThrow(EmptySpeciesError);
    expect(() => figures(test, { threshold: Number.NaN })).toThrow('Cannot compute figures: the threshold is NaN, expected a finite number');
    expect(() => figures(test, { limits: [5] })).toThrow('an operating point is at an error rate of 5, expected a share in 0..1');
  });
});

describe('conventions', () => {
  // The development scores are those of the test, 0.05 lower: their equal error point is 0.55 instead of 0.6.
  const dev = { ...test, scores: test.scores.map((score) => score - 0.05) };

  it('hold the test scores against their own threshold, that of the development scores, and a given one', () => {
    const { literature, deployable, fixed } = compareConventions({ test, dev, threshold: 0.35, bootstrap: false });
    expect(literature).toEqual(figures(test, { bootstrap: false }));
    expect(fixed).toEqual(figures(test, { threshold: 0.35, bootstrap: false }));
    expect(deployable?.threshold).toBeCloseTo(0.55, 12);
    expect(deployable).toMatchObject({ far: 0.25, frr: 0.25, auc: 13 / 16, eer: 0.25 });
  });

  it('take the thresholds of the operating points from the development scores', () => {
    // Without an accepted attack the development scores need 0.75; of the test's bona fide samples, 0.9 and 0.8 are at least that.
    const lower = { ...test, scores: test.scores.map((score) => score - 0.25) };
    const { deployable } = compareConventions({ test, dev: lower, bootstrap: false });
    // They need 0.55 there, which three of four bona fide samples of the test reach, and one attack of four.
    expect(deployable?.tprAtFpr['0.01']).toBe(0.75);
    expect(deployable?.bpcerAtApcer['0.01']).toBe(0.25);
    // All bona fide samples pass at 0.05, as do all attacks of the test.
    expect(deployable?.apcerAtBpcer['0.01']).toBe(1);
  });

  it('leave out what was not asked for', () => {
    expect(Object.keys(compareConventions({ test, bootstrap: false }))).toEqual(['literature']);
  });
});
