import { readFileSync } from 'node:fs';
import ort from 'onnxruntime-web/wasm';

/** A model to run on images; the child process takes it as JSON in its first argument. */
export interface OnnxJob {
  /** Path of the ONNX file. */
  readonly model: string;
  /** Path of the images: float32, one after the other. */
  readonly images: string;
  /** Of one image. */
  readonly shape: readonly number[];
  readonly batch: number;
  /** `values`: `logit` and `probability` of each image. `ranges`: the least and largest value of every output. */
  readonly want: 'values' | 'ranges';
}

/** What the child process prints as its last line. */
export interface OnnxAnswer {
  /** One row for each image; only where `values` were asked for. */
  readonly logit: number[][];
  readonly probability: number[][];
  /** By the output's name; only where `ranges` were asked for. */
  readonly ranges: Record<string, [number, number]>;
  /** Processing, without loading. */
  readonly seconds: number;
}

/** Runs a job in this process. */
export async function answerJob(job: OnnxJob): Promise<OnnxAnswer> {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(readFileSync(job.model));
  const bytes = readFileSync(job.images);
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const length = job.shape.reduce((product, side) => product * side, 1);
  const answer: OnnxAnswer = { logit: [], probability: [], ranges: {}, seconds: 0 };
  let seconds = 0;
  for (let first = 0; first * length < all.length; first += job.batch) {
    const part = all.slice(first * length, (first + job.batch) * length);
    const image = new ort.Tensor('float32', part, [part.length / length, ...job.shape]);
    const start = performance.now();
    const outputs = await session.run({ image });
    seconds += (performance.now() - start) / 1000;
    if (job.want === 'ranges') for (const [name, { data }] of Object.entries(outputs)) widen(answer.ranges, name, data as Float32Array);
    else for (const name of ['logit', 'probability'] as const) answer[name].push(...rowsOf(outputs[name] as ort.Tensor));
  }
  return { ...answer, seconds };
}

function rowsOf({ data, dims }: ort.Tensor): number[][] {
  const [n = 1, width = 1] = dims;
  return Array.from({ length: n }, (_, i) => Array.from((data as Float32Array).subarray(i * width, (i + 1) * width)));
}

function widen(ranges: Record<string, [number, number]>, name: string, data: Float32Array): void {
  const range = ranges[name] ?? [0, 0];
  for (const value of data) {
    if (value < range[0]) range[0] = value;
    if (value > range[1]) range[1] = value;
  }
  ranges[name] = range;
}
