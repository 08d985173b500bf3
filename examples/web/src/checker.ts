import type { FaceJudgment, StreamJudgment } from '@gradalign/liveness';
import type { Answered, CheckerFiles, LoadedModel, Question, Questions } from './messages.ts';

/** A model in a worker of its own. */
export interface Checker {
  readonly model: LoadedModel;
  check(picture: Blob): Promise<FaceJudgment>;
  /** Begins a stream; the one before is forgotten. */
  begin(options: { readonly window: number }): Promise<null>;
  /** Judges a frame with those before it. The frame is handed over. */
  frame(frame: ImageBitmap): Promise<StreamJudgment>;
}

/** @throws Error where something cannot be loaded, with a sentence for people */
export async function loadChecker(files: CheckerFiles): Promise<Checker> {
  const worker = new Worker(new URL('./checker-worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  worker.onmessage = ({ data }: MessageEvent<Answered>) => {
    const caller = waiting.get(data.id);
    waiting.delete(data.id);
    if ('error' in data) caller?.reject(new Error(data.error));
    else caller?.resolve(data.value);
  };
  let failure: Error | undefined;
  worker.onerror = ({ message }) => {
    const error = new Error(
      `Cannot go on: the worker that checks pictures failed (${message || 'its script did not load'}), expected it to run. Reload the page.`,
    );
    failure = error;
    for (const caller of waiting.values()) caller.reject(error);
    waiting.clear();
  };
  let ids = 0;
  const ask = <Q extends Question>(question: Q, about: Questions[Q]['asks'], handedOver: Transferable[] = []): Promise<Questions[Q]['answer']> =>
    new Promise((resolve, reject) => {
      if (failure) return reject(failure);
      const id = ids++;
      waiting.set(id, { resolve: (value) => resolve(value as Questions[Q]['answer']), reject });
      worker.postMessage({ id, question, about }, handedOver);
    });
  try {
    const model = await ask('load', files);
    return {
      model,
      check: (picture) => ask('check', picture),
      begin: (options) => ask('begin', options),
      frame: (frame) => ask('frame', frame, [frame]),
    };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
