import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadedBatch, StoredTensor } from '@gradalign/core';
import { weightsOfFile } from '@gradalign/models';
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
  /** For batches and the network's state between the processes. */
  readonly folder: string;
  readonly threads: number;
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
  readonly #dtype: string;

  private constructor(contender: Contender, { folder, dtype }: TorchOptions) {
    this.#contender = contender;
    this.#folder = folder;
    this.#dtype = dtype;
  }

  static async start(options: TorchOptions): Promise<TorchTraining> {
    const { python, folder: _, ...rest } = options;
    const file = fileURLToPath(new URL('torch_training.py', import.meta.url));
    return new TorchTraining(await Contender.start(`PyTorch (${options.variant}, ${options.dtype})`, python, [file, JSON.stringify(rest)]), options);
  }

  async step({ images, shape, labels, domains, views }: LoadedBatch): Promise<TorchStep> {
    const input = join(this.#folder, `batch-${this.#dtype}.bin`);
    const output = join(this.#folder, `state-${this.#dtype}.safetensors`);
    writeFileSync(input, new Uint8Array(images.buffer, images.byteOffset, images.byteLength));
    const request = { images: input, shape, labels: [...labels], domains: [...domains], views, output };
    const answer = (await this.#contender.ask(request)) as Omit<TorchStep, 'tensors'>;
    return { ...answer, tensors: weightsOfFile(output) };
  }

  [Symbol.dispose](): void {
    this.#contender[Symbol.dispose]();
  }
}
