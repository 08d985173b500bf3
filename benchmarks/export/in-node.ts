import { median } from '../statistics.ts';

/** One contender's speed, or why there is none. */
export type Speed =
  | {
      /** Images a second, by the wall clock. */
      readonly perSecond: number;
      /** Milliseconds of processor time that an image takes, all threads together; absent where that is not known. Other work disturbs it less. */
      readonly processor?: number;
    }
  | { readonly reason: string };

/** The part of onnxruntime's packages that is used. */
interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<{ run(inputs: object): Promise<object>; release(): Promise<void> }> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
}

export interface Work {
  readonly model: Uint8Array;
  /** [batch, size, size, channels]. */
  readonly shape: readonly number[];
  readonly batches: number;
  readonly repeats: number;
}

/** onnxruntime-node on all threads. No package that is published depends on it: it is used where it is installed. */
export async function onnxruntimeNode(work: Work): Promise<Speed> {
  // Not a literal: the package need not be there.
  const name = 'onnxruntime-node';
  try {
    return await images(work, (await import(name)) as Runtime);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return { reason: 'onnxruntime-node is not installed' };
  }
}

/** onnxruntime-web on one thread, as checks of exports run it. */
export async function onnxruntimeWeb(work: Work): Promise<Speed> {
  // Not a literal either: it belongs to the packages that use it.
  const name = 'onnxruntime-web/wasm';
  const runtime = (await import(name)) as Runtime & { readonly env: { logLevel: string; readonly wasm: { numThreads: number } } };
  runtime.env.wasm.numThreads = 1;
  runtime.env.logLevel = 'error';
  return images(work, runtime);
}

async function images(work: Work, { InferenceSession, Tensor }: Runtime): Promise<Speed> {
  const { model, shape } = work;
  const session = await InferenceSession.create(model, {});
  const data = new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(127);
  const speed = await measureRounds(() => session.run({ image: new Tensor('float32', data, shape) }), work);
  await session.release();
  return speed;
}

/** Rounds of forward passes over a batch in this process, after one that is not counted. */
export async function measureRounds(forward: () => unknown, { shape, batches, repeats }: Omit<Work, 'model'>): Promise<Speed> {
  await forward();
  const rounds: { readonly wall: number; readonly processor: number }[] = [];
  for (let round = 0; round < repeats; round++) {
    const [start, before] = [performance.now(), process.cpuUsage()];
    for (let i = 0; i < batches; i++) await forward();
    const { user, system } = process.cpuUsage(before);
    rounds.push({ wall: performance.now() - start, processor: (user + system) / 1000 });
  }
  const n = batches * (shape[0] as number);
  return { perSecond: (1000 * n) / median(rounds.map(({ wall }) => wall)), processor: median(rounds.map(({ processor }) => processor)) / n };
}
