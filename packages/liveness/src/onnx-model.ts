import type { ModelMetadata } from '@gradalign/model-format';
import { cannot } from '@gradalign/pixels';

/** A loaded model, as onnxruntime has it. */
export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(inputs: Readonly<Record<string, never>>): Promise<Readonly<Record<string, { readonly data: unknown; readonly dims: readonly number[] }>>>;
  release(): Promise<void>;
}

/** The part of onnxruntime-web and onnxruntime-node that is used. */
export interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array): Promise<OnnxSession> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
}

/** What a model says about one picture: one number, or one a class. */
export interface ModelOutput {
  readonly logit: readonly number[];
  readonly probability: readonly number[];
}

/** A model that takes one input at a time; callers wait for each other. */
export interface OnnxModel extends AsyncDisposable {
  /** @param input [size, size, channels], 0..255 */
  run(input: Float32Array): Promise<ModelOutput>;
}

const what = 'load the model';

/**
 * Loads a model and runs it once, on black: metadata that belong to another model are refused here.
 *
 * @throws UserError where the runtime refuses it, or its input and outputs are not those of its metadata
 */
export async function openModel(runtime: OnnxRuntime, model: Uint8Array, { image, classes }: ModelMetadata): Promise<OnnxModel> {
  const { size, channels } = image;
  let session: OnnxSession;
  try {
    session = await runtime.InferenceSession.create(model);
  } catch (cause) {
    throw cannot(what, `the runtime refuses it (${firstLine(cause)})`, 'an ONNX file that gradalign export wrote, whole', { cause });
  }
  const run = async (input: Float32Array): Promise<ModelOutput> => {
    const tensor = new runtime.Tensor('float32', input, [1, size, size, channels]);
    const { logit, probability } = await session.run({ image: tensor } as never);
    return { logit: Array.from(logit?.data as Float32Array), probability: Array.from(probability?.data as Float32Array) };
  };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
  const count = classes.length === 2 ? 1 : classes.length;
  try {
    const missing = ['logit', 'probability'].filter((name) => !session.outputNames.includes(name));
    if (missing.length > 0) throw cannot(what, `it has no output '${missing[0]}'`, 'the outputs logit and probability');
    const { logit, probability } = await run(new Float32Array(size * size * channels)).catch((cause: unknown) => {
      throw cannot(what, `its metadata belong to another model (${size} x ${size} x ${channels} is refused: ${firstLine(cause)})`, 'its own metadata', {
        cause,
      });
    });
    if (logit.length !== count || probability.length !== count)
      throw cannot(what, `its metadata belong to another model (it gives ${logit.length} values for ${classes.length} classes)`, 'its own metadata');
  } catch (error) {
    await session.release();
    throw error;
  }
  return {
    run: (input) => inTurn(() => run(input)),
    [Symbol.asyncDispose]: () => inTurn(() => session.release()),
  };
}

function firstLine(cause: unknown): string {
  return String((cause as Error | undefined)?.message ?? cause).split('\n', 1)[0] as string;
}
