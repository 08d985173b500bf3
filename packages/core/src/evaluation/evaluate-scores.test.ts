import type { Aggregate } from '@gradalign/metrics';
import { describe, expect, it } from 'vitest';
import { accuracy } from '../metrics/accuracy.ts';
import { apcer } from '../metrics/apcer.ts';
import { auc } from '../metrics/auc.ts';
import { bpcer } from '../metrics/bpcer.ts';
import { hter } from '../metrics/hter.ts';
import { renderEvaluation } from '../rendering/render-evaluation.ts';
import { aggregateFrames } from './aggregate-frames.ts';
import type { NamedMetric } from './compute-figures.ts';
import { evaluateScores, type LevelFigures } from './evaluate-scores.ts';
import { operatingPoints } from './operating-point.ts';
import type { ScoredSample } from './score-samples.ts';

const metrics: NamedMetric[] = [hter, auc, apcer, bpcer].map((definition) => ({ name: definition.name, definition, metric: definition.create({}) }));

/** A video of frames with these scores: a live one unless a species is given. */
function video(domain: string, name: string, scores: readonly number[], species?: string): ScoredSample[] {
  return scores.map((score, frame) => ({
    domain,
    probabilities: [1 - score, score],
    sample: {
      id: `${name}/${frame}`,
      image: { path: '' },
      label: species === undefined ? 1 : 0,
      split: 'test' as const,
      video: name,
      frame,
      ...(species === undefined ? {} : { species }),
    },
  }));
}

describe('frames of a video', () => {
  const frames = video('msu', 'a', [0.125, 0.25, 0.75]);

  it.each<[Aggregate, number]>([
    ['mean', 0.375],
    ['median', 0.25],
    ['max', 0.75],
  ])('0.125, 0.25, 0.75 have the %s %d', (how, score) => {
    const together = aggregateFrames(frames, how);
    expect(together).toHaveLength(1);
    expect(together[0]?.probabilities).toEqual([1 - score, score]);
    expect(together[0]?.sample.id).toBe('a');
    expect(together[0]?.sample).not.toHaveProperty('frame');
  });

  it('in even number have the mean of the middle two as median', () => {
    expect(aggregateFrames(video('msu', 'a', [1, 0, 0.5, 0.25]), 'median')[0]?.probabilities[1]).toBe(0.375);
  });

  it('are kept apart by video and by domain; images without a video stay as they are', () => {
    const alone = frames.map(({ sample: { video: _, ...sample }, ...rest }) => ({ ...rest, sample }));
    const scored = [...frames, ...video('msu', 'b', [0.5]), ...video('oulu', 'a', [0.25]), ...alone];
    expect(aggregateFrames(scored, 'mean').map(({ domain, probabilities }) => `${domain} ${probabilities[1]}`)).toEqual([
      'msu 0.375',
      'msu 0.5',
      'oulu 0.25',
      'msu 0.125',
      'msu 0.25',
      'msu 0.75',
    ]);
  });

  it('of more than two classes still have probabilities that sum to 1', () => {
    const [one] = frames as [ScoredSample];
    const three = [
      [0.5, 0.25, 0.25],
      [0.25, 0.5, 0.25],
    ].map((probabilities) => ({ ...one, probabilities }));
    expect(aggregateFrames(three, 'max')[0]?.probabilities).toEqual([0.4, 0.4, 0.2]);
  });

  it('with different labels are refused', () => {
    const mixed = [...video('msu', 'a', [0.5]), ...video('msu', 'a', [0.5], 'print')];
    expect(() => aggregateFrames(mixed, 'mean')).toThrow(
      "Cannot aggregate the frames of video 'a' in 'msu': 'a/0' has the label 1 and 'a/0' the label 0, expected one label per video",
    );
  });
});

/** Frames: live 0.75 0.25 | 0.75 0.75, attacks 0.5 0 | 0.25 0.25. Videos (mean): live 0.5, 0.75, attacks 0.25, 0.25. */
const msu = [
  ...video('msu', 'l1', [0.75, 0.25]),
  ...video('msu', 'l2', [0.75, 0.75]),
  ...video('msu', 'a1', [0.5, 0], 'print'),
  ...video('msu', 'a2', [0.25, 0.25], 'replay'),
];
const oulu = [...video('oulu', 'l', [0.125]), ...video('oulu', 'm', [0.875]), ...video('oulu', 'a', [0.0625], 'print')];
/** Equal error at 0.625 for frames and, as each video has one frame, for videos. */
const heldOut = [...video('casia', 'l', [0.625]), ...video('casia', 'm', [1]), ...video('casia', 'a', [0.5], 'print')];

describe('two blocks', () => {
  const result = evaluateScores({
    classes: ['attack', 'live'],
    targets: { msu, oulu },
    metrics,
    aggregate: 'mean',
    deployable: operatingPoints(heldOut, 'mean'),
  });
  const literature = result.literature?.domains['msu'];
  const deployable = result.deployable && 'domains' in result.deployable ? result.deployable.domains['msu'] : undefined;

  it('count frames and videos, bona fide and attacks', () => {
    const counts = ({ n, bonaFide, attacks }: LevelFigures) => ({ n, bonaFide, attacks });
    expect(literature && counts(literature.frame)).toEqual({ n: 8, bonaFide: 4, attacks: 4 });
    expect(literature && counts(literature.video)).toEqual({ n: 4, bonaFide: 2, attacks: 2 });
    expect(result.literature && counts(result.literature.pooled.video)).toEqual({ n: 7, bonaFide: 4, attacks: 3 });
  });

  it('literature: each target has its own threshold, at each level', () => {
    // Frames: at 0.75 TPR is 3/4 and FPR 0, at 0.5 TPR 3/4 and FPR 1/4: the equal error point.
    expect(literature?.frame).toMatchObject({
      threshold: 0.5,
      thresholdFrom: "equal error point of 'msu'",
      figures: { hter: 0.25, apcer: { print: 0.5, replay: 0 }, bpcer: 0.25 },
    });
    expect(literature?.video).toMatchObject({ threshold: 0.5, figures: { hter: 0, auc: 1 } });
    expect(result.literature?.domains['oulu']?.frame.threshold).toBe(0.125);
    expect(result.literature?.pooled.frame.thresholdFrom).toBe('equal error point of all targets together');
  });

  it('deployable: one threshold from held-out source scores for all', () => {
    expect(deployable?.frame).toMatchObject({
      threshold: 0.625,
      thresholdFrom: 'equal error point of the held-out source share (casia; 3 frames)',
      figures: { hter: 0.125, apcer: { print: 0, replay: 0 }, bpcer: 0.25 },
    });
    expect(deployable?.video).toMatchObject({ threshold: 0.625, figures: { hter: 0.25, auc: 1 } });
    expect(result.deployable).toMatchObject({ domains: { oulu: { frame: { threshold: 0.625, figures: { hter: 0.25, auc: 1 } } } } });
  });

  it('are plain JSON', () => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('are printed one after the other, in percent', () => {
    expect(renderEvaluation(result).split('\n')).toEqual([
      'Literature: threshold at the equal error point of the test data itself, as in published tables',
      '  target        level         bona fide  attacks   hter     auc  apcer print  apcer replay  bpcer  threshold',
      '  msu           frame                 4        4  25.00   87.50        50.00          0.00  25.00     0.5000',
      '  msu           video (mean)          2        2   0.00  100.00         0.00          0.00   0.00     0.5000',
      '  oulu          frame                 2        1   0.00  100.00         0.00             -   0.00     0.1250',
      '  oulu          video (mean)          2        1   0.00  100.00         0.00             -   0.00     0.1250',
      '  all together  frame                 6        5  26.67   83.33        33.33          0.00  33.33     0.5000',
      '  all together  video (mean)          4        3  12.50   83.33         0.00          0.00  25.00     0.5000',
      '',
      'Deployable: threshold fixed beforehand, at the equal error point of the held-out source share (casia; 3 videos)',
      '  target        level         bona fide  attacks   hter     auc  apcer print  apcer replay  bpcer  threshold',
      '  msu           frame                 4        4  12.50   87.50         0.00          0.00  25.00     0.6250',
      '  msu           video (mean)          2        2  25.00  100.00         0.00          0.00  50.00     0.6250',
      '  oulu          frame                 2        1  25.00  100.00         0.00             -  50.00     0.6250',
      '  oulu          video (mean)          2        1  25.00  100.00         0.00             -  50.00     0.6250',
      '  all together  frame                 6        5  16.67   83.33         0.00          0.00  33.33     0.6250',
      '  all together  video (mean)          4        3  25.00   83.33         0.00          0.00  50.00     0.6250',
    ]);
  });
});

describe('data that does not allow every figure', () => {
  const live = video('msu', 'l', [0.75]);

  it('keeps the figures that it allows and says why the others are missing', () => {
    const result = evaluateScores({
      classes: ['attack', 'live'],
      targets: { msu: live },
      metrics,
      aggregate: 'mean',
      deployable: operatingPoints(heldOut, 'mean'),
    });
    const noThreshold = { error: "Cannot fix a threshold: 'msu' has 1 bona fide samples and 0 attacks, expected some of both" };
    expect(result.literature?.domains['msu']?.frame).toEqual({
      n: 1,
      bonaFide: 1,
      attacks: 0,
      figures: {
        hter: noThreshold,
        auc: { error: 'Cannot compute auc: all 1 samples are bona fide, expected attacks too' },
        apcer: noThreshold,
        bpcer: noThreshold,
      },
    });
    expect(result.deployable).toMatchObject({ domains: { msu: { frame: { figures: { bpcer: 0 } } } } });
    expect(renderEvaluation(result)).toContain(`  (1) ${noThreshold.error}`);
  });

  it('has no threshold where the held-out share has one kind, is empty, or has a score that is no number', () => {
    expect(() => operatingPoints(live, 'mean')).toThrow(
      new RangeError('Cannot fix a threshold: the held-out source share has 1 bona fide samples and 0 attacks, expected some of both'),
    );
    expect(() => operatingPoints([], 'mean')).toThrow('the held-out source share has 0 bona fide samples and 0 attacks');
    expect(() => operatingPoints([...heldOut, ...video('casia', 'n', [Number.NaN])], 'mean')).toThrow(
      "'n/0' of the held-out source share has the score NaN, expected a finite number",
    );
  });

  it('says in the deployable block why there is no threshold', () => {
    const result = evaluateScores({
      classes: ['attack', 'live'],
      targets: { msu },
      metrics,
      aggregate: 'mean',
      deployable: { error: 'no source share was held out (data.holdOut is 0)' },
    });
    expect(result.deployable).toEqual({ error: 'no source share was held out (data.holdOut is 0)' });
    expect(renderEvaluation(result)).toContain('not available: no source share was held out (data.holdOut is 0)');
  });
});

describe('more than two classes', () => {
  const samples: ScoredSample[] = [0, 1, 2].map((label) => ({
    domain: 'angle-75',
    probabilities: [0.5, 0.25, 0.25],
    sample: { id: `${label}`, image: { path: '' }, label, split: 'test' },
  }));
  const evaluate = (definitions: NamedMetric[]) =>
    evaluateScores({ classes: ['0', '1', '2'], targets: { 'angle-75': samples }, metrics: definitions, aggregate: 'mean', deployable: { error: '' } });

  it('have no threshold blocks, and the figures that suit any number of classes', () => {
    const result = evaluate([...metrics, { name: 'accuracy', definition: accuracy, metric: accuracy.create({}) }]);
    expect(result).toEqual({
      classes: ['0', '1', '2'],
      aggregate: 'mean',
      figures: {
        domains: { 'angle-75': { frame: { n: 3, figures: { accuracy: 1 / 3 } }, video: { n: 3, figures: { accuracy: 1 / 3 } } } },
        pooled: { frame: { n: 3, figures: { accuracy: 1 / 3 } }, video: { n: 3, figures: { accuracy: 1 / 3 } } },
      },
    });
    expect(renderEvaluation(result)).toBe('Figures for 3 classes\n  target    level  n  accuracy\n  angle-75  image  3     33.33');
  });

  it('with metrics of two classes alone, are told that none suits', () => {
    expect(renderEvaluation(evaluate(metrics))).toContain("'accuracy' suits any number of classes");
  });
});

describe('what could not be read', () => {
  const targets = { msu: [...video('msu', 'a', [0.9, 0.8]), ...video('msu', 'b', [0.1], 'print')] };
  const lost = [...video('msu', 'a', [0, 0, 0]).slice(2), ...video('msu', 'c', [0, 0]), ...video('msu', 'd', [0], 'replay')].map(({ sample }) => sample);

  it('is counted by kind beside the figures: every frame, and the videos without a readable one', () => {
    const { literature } = evaluateScores({
      classes: ['attack', 'live'],
      targets,
      unscored: { msu: lost },
      metrics,
      aggregate: 'mean',
      deployable: { error: '' },
    });
    const { frame, video: whole } = literature?.domains['msu'] ?? {};
    expect([frame?.bonaFide, frame?.nonResponse]).toEqual([2, { bonaFide: 3, attacks: 1 }]);
    expect([whole?.bonaFide, whole?.nonResponse]).toEqual([1, { bonaFide: 1, attacks: 1 }]);
    expect(literature?.pooled.frame.nonResponse).toEqual({ bonaFide: 3, attacks: 1 });
  });

  it('a clip of 10 frames in which no face was found is 10 frames and one video without a score: 10 of 12, and 1 of 2', () => {
    const unscored = { msu: [{ id: 'e', video: 'e', label: 1, split: 'test' as const, images: 10 }] };
    const evaluation = evaluateScores({ classes: ['attack', 'live'], targets, unscored, metrics, aggregate: 'mean', deployable: { error: '' } });
    const { frame, video: whole } = evaluation.literature?.domains['msu'] ?? {};
    expect([frame?.nonResponse, whole?.nonResponse]).toEqual([
      { bonaFide: 10, attacks: 0 },
      { bonaFide: 1, attacks: 0 },
    ]);
    expect(renderEvaluation(evaluation)).toMatch(/frame +2 +1 +10 \(83\.33\) +0 \(0\.00\)[\s\S]*video \(mean\) +1 +1 +1 \(50\.00\)/);
  });

  it('stands in the table with its share: 3 of 5 bona fide frames, 1 of 2 attacks', () => {
    const evaluation = evaluateScores({ classes: ['attack', 'live'], targets, unscored: { msu: lost }, metrics, aggregate: 'mean', deployable: { error: '' } });
    expect(renderEvaluation(evaluation)).toMatch(/no score: bona fide +no score: attacks[\s\S]*frame +2 +1 +3 \(60\.00\) +1 \(50\.00\)/);
  });
});
