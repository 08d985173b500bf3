import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannot } from '@gradalign/core';
import { EngineError, runChildModule } from '@gradalign/engine';
import type { OnnxAnswer, OnnxJob } from './onnx-job.ts';

/** Images as the model takes them: float32, [n, ...shape], values 0..255. */
export interface RawImages {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** The runtime that checks exports, as metadata name it. */
export const runtime = 'onnxruntime-web 1.30.0 (WebAssembly)';

const batch = 8;

/**
 * Runs an ONNX model on images by onnxruntime's WebAssembly build in a process of its own: what it does to memory or to the process ends with it.
 *
 * @throws UserError with what the runtime reported
 */
export async function runOnnx(model: Uint8Array, { data, shape }: RawImages, want: OnnxJob['want'], signal?: AbortSignal): Promise<OnnxAnswer> {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-onnx-'));
  try {
    const job: OnnxJob = { model: join(folder, 'model.onnx'), images: join(folder, 'images.f32'), shape, batch, want };
    writeFileSync(job.model, model);
    writeFileSync(job.images, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return await runChildModule<OnnxAnswer>(new URL('onnx-child', import.meta.url), [JSON.stringify(job)], {
      ...(signal ? { signal } : {}),
      timeout: 1_800_000,
    });
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw cannot('run the exported model', cause.message, 'a model that onnxruntime runs', { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
