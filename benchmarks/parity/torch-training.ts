import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadedBatch, StoredTensor } from '@gradalign/core';
import { exportWeights, weightsOfFile } from '@gradalign/models';
import { Contender } from '../contender.ts';

export type Variant = 'released' | 'paper';

export interface TorchOptions {
  readonly python: string;
  readonly variant: Variant;
  readonly dtype: 'float32' | 'float64';
  readonly stepsPerEpoch: number;
  readonly domains: number;
  /** Written with random weights first where it does not exist. */
  readonly weights: string;
  /** For batches and the network's state between the processes; no other training writes into it. */
  readonly folder: string;
  readonly threads: number;
}

/** Where a step starts from: all weights and statistics, and SGD's momentum, which frozen weights lack; under our names, in our layout. */
export interface StartOfStep {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly momentum: ReadonlyMap<string, StoredTensor>;
}

export interface TorchStep {
  /** R_i by the domain's index; null where the batch has none of it. */
  readonly risks: readonly (number | null)[];
  readonly auxiliary: number;
  readonly epoch: number;
  /** Parameters and statistics after the step, under our names and in our layout. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** torch_training.py in a process of its own. */
export class TorchTraining implements Disposable {
  readonly #contender: Contender;
  readonly #folder: string;

  private constructor(contender: Contender, folder: string) {
    this.#contender = contender;
    this.#folder = folder;
  }

  static async start(options: TorchOptions): Promise<TorchTraining> {
    const { python, folder, ...rest } = options;
    const file = fileURLToPath(new URL('torch_training.py', import.meta.url));
    return new TorchTraining(await Contender.start(`PyTorch (${options.variant}, ${options.dtype})`, python, [file, JSON.stringify(rest)]), folder);
  }

  /** `from`: where ours started the step from; default: where PyTorch's own last step ended. */
  async step({ images, shape, labels, domains, views }: LoadedBatch, from?: StartOfStep): Promise<TorchStep> {
    const file = (name: string) => join(this.#folder, name);
    writeFileSync(file('batch.bin'), new Uint8Array(images.buffer, images.byteOffset, images.byteLength));
    if (from) {
      exportWeights({ tensors: from.tensors, output: file('start.safetensors') });
      exportWeights({ tensors: from.momentum, output: file('momentum.safetensors') });
    }
    const start = from ? { start: file('start.safetensors'), momentum: file('momentum.safetensors') } : {};
    const request = { images: file('batch.bin'), shape, labels: [...labels], domains: [...domains], views, output: file('state.safetensors'), ...start };
    const answer = (await this.#contender.ask(request)) as Omit<TorchStep, 'tensors'>;
    return { ...answer, tensors: weightsOfFile(request.output) };
  }

  [Symbol.dispose](): void {
    this.#contender[Symbol.dispose]();
  }
}
