import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Calibration, TrainedRun } from '@gradalign/core';
import { answerJob } from '../src/check/onnx-job.ts';
import { largestDifference, runOutputs } from '../src/check/run-outputs.ts';
import { graphOf } from '../src/export-run.ts';
import { encodeOnnx } from '../src/onnx/encode-onnx.ts';
import { randomImages } from './untrained-run.ts';

/** The largest differences between a run's own outputs and those of its graph in onnxruntime, on 3 random images. */
export async function compareWithRun(run: TrainedRun, calibration?: Calibration) {
  const graph = graphOf(run, calibration);
  const images = randomImages(run, 3);
  const ours = runOutputs(run, images.data, calibration);
  const theirs = await inThisProcess(encodeOnnx(graph, { version: '0', description: '', properties: {} }), images);
  return { graph, ours, theirs, logit: largestDifference(ours.logit, theirs.logit), probability: largestDifference(ours.probability, theirs.probability) };
}

/** Without the process that starts for each export. */
async function inThisProcess(model: Uint8Array, { data, shape }: ReturnType<typeof randomImages>) {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-export-'));
  const job = { model: join(folder, 'm.onnx'), images: join(folder, 'i.f32'), shape, batch: 2, want: 'values' } as const;
  writeFileSync(job.model, model);
  writeFileSync(job.images, new Uint8Array(data.buffer));
  const answer = await answerJob(job);
  rmSync(folder, { recursive: true });
  return answer;
}
