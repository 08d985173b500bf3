import { loadEngine } from '@gradalign/engine';
import { efficientnetLite0, tinyCnn } from '@gradalign/models';
import { beforeAll, expect, it } from 'vitest';
import { compareWithRun } from '../test/compare-with-run.ts';
import { type UntrainedRun, untrainedRun } from '../test/untrained-run.ts';

beforeAll(async () => {
  await loadEngine();
});

const ten = Array.from({ length: 10 }, (_, i) => `class${i}`);
const cases: readonly [string, UntrainedRun][] = [
  ['tiny-cnn, cosine head', { model: tinyCnn, options: { width: 4 }, size: 16 }],
  ['tiny-cnn, linear head, odd size, stride 2', { model: tinyCnn, options: { width: 4, head: 'linear', stride: 2 }, size: 17 }],
  ['tiny-cnn, gray, two logits', { model: tinyCnn, options: { width: 4 }, size: 28, channels: 1, loss: 'cross-entropy', lossOptions: { logitScale: 8 } }],
  ['tiny-cnn, ten classes', { model: tinyCnn, options: { width: 4, head: 'linear' }, size: 28, channels: 1, classes: ten, loss: 'cross-entropy' }],
  ['efficientnet-lite0, odd size', { model: efficientnetLite0, size: 33 }],
];

it.each(cases)('%s: onnxruntime gives what the run gives, to 1e-4', async (_, of) => {
  const run = await untrainedRun(of);
  try {
    const { graph, ours, logit, probability } = await compareWithRun(run);
    expect(logit).toBeLessThan(1e-4);
    expect(probability).toBeLessThan(1e-4);
    // Not the same for all images: a graph that ignores the image would pass otherwise.
    expect(ours.logit[0]).not.toEqual(ours.logit[1]);
    expect(graph.nodes.map(({ op }) => op)).not.toContain('BatchNormalization');
    expect(graph.outputs.map(({ name, shape }) => [name, shape[0]])).toEqual([
      ['logit', 'n'],
      ['probability', 'n'],
      ['features', 'n'],
    ]);
  } finally {
    run.model[Symbol.dispose]();
  }
});
