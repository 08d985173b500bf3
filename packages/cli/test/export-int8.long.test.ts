import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-int8-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);

it('8-bit convolutions: both models on the held-out share, in the golden picture the small one', async () => {
  await writeFaces(join(folder, 'faces'));
  writeFileSync(join(folder, 'faces.yaml'), faces);
  await gradalign('train', 'faces.yaml', '-o', 'run');
  const { status, out } = await gradalign('export', 'run', '--quantize', 'int8', '-o', 'small.onnx', '--json');
  expect(status).toBe(0);
  const { quantized, metadata } = JSON.parse(out) as { quantized: { images: number; int8: { auc: number } }; metadata: object };
  // 4 clips of 2 frames are held out, and told apart without an error.
  expect(quantized).toMatchObject({ images: 8, measuredOn: 'the held-out source share', int8: { auc: 1, hter: 0 }, float: { auc: 1, hter: 0 } });
  expect(metadata).toMatchObject({ quantization: { weights: 'int8 by channel' } });
  expect((await gradalign('export', 'run', '--quantize', 'int4', '-o', 'small.onnx')).status).toBe(2);
});
