import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Risk } from '../contracts/loss.ts';
import { crossEntropy } from '../losses/cross-entropy.ts';
import { domainBce } from '../losses/domain-bce.ts';
import { auc } from '../metrics/auc.ts';
import { bpcer } from '../metrics/bpcer.ts';
import { ece } from '../metrics/ece.ts';
import { hter } from '../metrics/hter.ts';
import { tprAtFpr } from '../metrics/tpr-at-fpr.ts';
import { renderEvaluation } from '../rendering/render-evaluation.ts';
import { aggregateFrames } from './aggregate-frames.ts';
import type { NamedMetric } from './compute-figures.ts';
import { evaluateScores } from './evaluate-scores.ts';
import { operatingPoints } from './operating-point.ts';
import { type ScoredSample, scoredByLogit, scoreSamples } from './score-samples.ts';
import type { Scoring } from './scoring.ts';

const classes = ['attack', 'live'];
const metrics: NamedMetric[] = [
  ...[hter, auc, bpcer, ece].map((definition) => ({ name: definition.name, definition, metric: definition.create({ bins: 15 }) })),
  { name: 'tpr@fpr=1%', definition: tprAtFpr, metric: tprAtFpr.create({ fpr: 0.01 }) },
];

function sampleOf(id: string, label: number, video?: string) {
  return { id, image: { path: '' }, label, split: 'test' as const, ...(video === undefined ? {} : { video }) };
}

/** Scored samples of these cosines at logit scale 32. */
function cosines(label: number, values: readonly number[], name = label === 1 ? 'live' : 'attack'): ScoredSample[] {
  return values.map((value, i) => scoredByLogit({ domain: 'msu', sample: sampleOf(`${name}${i}`, label) }, { value, scale: 32 }));
}

describe('cosines from 0.6 to 0.9 at logit scale 32', () => {
  const live = [0.7, 0.8, 0.9];
  const attacks = [0.6, 0.65, 0.75];
  const scored = [...cosines(1, live), ...cosines(0, attacks)];

  it('tie as float32 probabilities, and are ranked by the logit: 8 of 9 pairs are in order', () => {
    const float32 = [...live, ...attacks].map((value) => Math.fround(1 / (1 + Math.exp(-32 * value))));
    expect(new Set(float32)).toEqual(new Set([1]));
    const { literature, scale } = evaluateScores({
      classes,
      targets: { msu: scored },
      metrics,
      aggregate: 'mean',
      deployable: operatingPoints(scored, 'mean'),
    });
    expect(scale).toBe('logit');
    // At 0.75: one attack of three passes, one live of three is refused.
    expect(literature?.domains['msu']?.frame).toMatchObject({ threshold: 0.75, figures: { auc: 8 / 9, hter: 1 / 3, bpcer: 1 / 3 } });
  });

  it('are never compared with a threshold that is a probability', () => {
    const old = { frame: { value: 0.5, from: 'x' }, video: { value: 0.5, from: 'x' } };
    const { deployable } = evaluateScores({ classes, targets: { msu: scored }, metrics, aggregate: 'mean', deployable: old });
    expect(deployable).toEqual({ error: 'the thresholds were fixed on scores of another kind (probability) than those of the target (logit)' });
  });
});

describe('the score of a video', () => {
  const frames = [0.25, 1].map((value, i) => scoredByLogit({ domain: 'msu', sample: sampleOf(`v/${i}`, 1, 'v') }, { value, scale: 4 }));

  it('is the mean of the logits of its frames, and its probability the one that this logit stands for', () => {
    const [video] = aggregateFrames(frames, 'mean');
    expect(video?.logit).toEqual({ value: 0.625, scale: 4 });
    expect(video?.probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-2.5)), 15);
    expect(aggregateFrames(frames, 'max')[0]?.logit?.value).toBe(1);
  });
});

describe('intervals', () => {
  const scored = [...cosines(1, [0.1, 0.5, 0.6, 0.7]), ...cosines(0, [0, 0.2, 0.3, 0.55])];
  const evaluation = (seed?: number) =>
    evaluateScores({
      classes,
      targets: { msu: scored },
      metrics,
      aggregate: 'mean',
      deployable: operatingPoints(scored, 'mean'),
      ...(seed === undefined ? {} : { seed }),
    });

  it('stand beside each figure that has one, hold its value, and are the same for the same seed', () => {
    const level = evaluation(3).literature?.domains['msu']?.frame;
    expect(Object.keys(level?.intervals ?? {}).sort()).toEqual(['auc', 'bpcer', 'hter', 'tpr@fpr=1%']);
    for (const [name, interval] of Object.entries(level?.intervals ?? {})) {
      const [low, high] = interval as [number, number];
      expect([name, low <= (level?.figures[name] as number), (level?.figures[name] as number) <= high]).toEqual([name, true, true]);
    }
    expect(level?.resampled).toBe('samples');
    expect(evaluation(3)).toEqual(evaluation(3));
    expect(evaluation(4).literature).not.toEqual(evaluation(3).literature);
    expect(evaluation().literature?.domains['msu']?.frame.intervals).toBeUndefined();
  });

  it('are printed with the figure', () => {
    const text = renderEvaluation(evaluation(3));
    expect(text).toMatch(/75\.00 \[\d+\.\d\d, \d+\.\d\d\]/);
    expect(text).toContain('  [low, high]: 95 % interval, bootstrap over samples');
  });

  it('of a fixed threshold do not choose it anew: at the largest score + 1 nothing passes in any round', () => {
    const strict = { frame: { value: 2, from: 'x' }, video: { value: 2, from: 'x' }, scale: 'logit' } as const;
    const { deployable } = evaluateScores({ classes, targets: { msu: scored }, metrics, aggregate: 'mean', deployable: strict, seed: 1 });
    expect(deployable).toMatchObject({ domains: { msu: { frame: { figures: { bpcer: 1, hter: 0.5 }, intervals: { bpcer: [1, 1], hter: [0.5, 0.5] } } } } });
  });
});

describe('risks', () => {
  beforeAll(async () => {
    await loadEngine();
  });

  /** A network whose logits are the numbers of `rows`. */
  function scoring(risk: Risk, rows: number[][]): Scoring {
    const loader = {
      image: { size: 1, channels: 1 },
      load: async (requests: readonly unknown[]) => ({ data: new Float32Array(requests.length), broken: [] }),
      close: async () => {},
      [Symbol.asyncDispose]: async () => {},
    } as const;
    const apply = () => ({ logits: tf.tensor2d(rows), features: tf.zeros([rows.length, 1]) as tf.Tensor2D });
    return { model: { apply } as unknown as Scoring['model'], risk, loader, batch: rows.length, frames: 0 };
  }
  const score = (of: Scoring, n: number) => scoreSamples({ scoring: of, domain: 'd', samples: Array.from({ length: n }, (_, i) => sampleOf(`${i}`, 1)) });

  it('domain-bce: the logit as it is, and the probability of 32 times it in float64', async () => {
    const risk = domainBce.create({ logitScale: 32 }, { classes }) as Risk;
    const [a, b] = await score(scoring(risk, [[0.625], [0.6875]]), 2);
    expect([a?.logit, b?.logit]).toEqual([
      { value: 0.625, scale: 32 },
      { value: 0.6875, scale: 32 },
    ]);
    // 1 - sigmoid(20) = 2.06e-9, 1 - sigmoid(22) = 2.79e-10: equal in float32.
    expect(a?.probabilities[0]).toBeCloseTo(2.0611536e-9, 15);
    expect((a?.probabilities[1] as number) < (b?.probabilities[1] as number)).toBe(true);
  });

  it('cross-entropy of two classes: the difference of the two logits; of three, none', async () => {
    const risk = crossEntropy.create({ logitScale: 2 }, { classes }) as Risk;
    const [one] = await score(scoring(risk, [[0.25, 1]]), 1);
    expect(one?.logit).toEqual({ value: 0.75, scale: 2 });
    const softmax = tf.tidy(() => [...risk.probabilities(tf.tensor2d([[0.25, 1]])).dataSync()]);
    expect(one?.probabilities[1]).toBeCloseTo(softmax[1] as number, 6);
    expect((crossEntropy.create({ logitScale: 2 }, { classes: ['a', 'b', 'c'] }) as Risk).logit).toBeUndefined();
  });

  it('a risk without a logit, and a run of an older version, are ranked by probabilities', async () => {
    const { logit: _, logitScale: __, ...plain } = domainBce.create({ logitScale: 1 }, { classes }) as Risk;
    const [one] = await score(scoring(plain, [[0]]), 1);
    expect(one).toMatchObject({ probabilities: [0.5, 0.5] });
    expect(one).not.toHaveProperty('logit');
    const [old] = await score({ ...scoring(domainBce.create({ logitScale: 1 }, { classes }) as Risk, [[0]]), scale: 'probability' }, 1);
    expect(old).not.toHaveProperty('logit');
  });
});
