import { loadEngine } from '@gradalign/engine';
import { efficientnetLite0, mobilenetV2, resnet18, resnet34, resnet50 } from '@gradalign/models';
import { beforeAll, expect, it } from 'vitest';
import { compareWithRun } from '../test/compare-with-run.ts';
import { untrainedRun } from '../test/untrained-run.ts';

beforeAll(async () => {
  await loadEngine();
});

it.each([
  ['mobilenet-v2', mobilenetV2],
  ['efficientnet-lite0', efficientnetLite0],
  ['resnet18', resnet18],
  ['resnet34', resnet34],
  ['resnet50', resnet50],
] as const)('%s: onnxruntime gives what the run gives, to 1e-4', async (_, model) => {
  const run = await untrainedRun({ model, size: 64 });
  try {
    const { logit, probability } = await compareWithRun(run);
    expect(logit).toBeLessThan(1e-4);
    expect(probability).toBeLessThan(1e-4);
  } finally {
    run.model[Symbol.dispose]();
  }
});
