import * as tf from '@tensorflow/tfjs-core';
import { completeOptions } from '../configuration/complete-options.ts';
import type { Gradients } from '../contracts/gradients.ts';
import type { Objective } from '../contracts/objective.ts';
import type { Optimizer, StepReport } from '../contracts/optimizer.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import type { Weights } from '../contracts/weights.ts';
import type { Problem } from './problem.ts';

/** Options of an item, by name; an absent one has its default. */
export type Options = Readonly<Record<string, unknown>>;

/** Plain copies of tensors by weight name. */
export type PlainValues = ReadonlyMap<string, Float32Array>;

/** What one step of an optimizer did. */
export interface Step {
  /** By weight name. */
  readonly direction: PlainValues;
  /** As the optimizer returned it. */
  readonly report: StepReport;
}

/**
 * Creates an optimizer from options that are validated and completed. The caller disposes it.
 *
 * @throws UserError with exit code 2 if an option is not valid.
 */
export function makeOptimizer(definition: AnyItem, options: Options = {}): Optimizer {
  return (definition as unknown as { create(options: unknown): Optimizer }).create(completeOptions(definition, options));
}

/**
 * One step; the weights move by -rate · direction.
 *
 * @throws Error unless exactly one direction is applied.
 */
export function takeStep(optimizer: Optimizer, problem: Problem, step: number, { rate = 0, objective = problem.objective(step) }: StepOptions = {}): Step {
  const directions: PlainValues[] = [];
  const report = optimizer.step(objective, problem.weights, (direction) => {
    directions.push(readGradients(direction));
    if (rate !== 0) descend(problem.weights, direction, rate);
  });
  const [direction] = directions;
  if (!direction || directions.length > 1) throw new Error(`the step applied ${directions.length} directions, expected exactly one`);
  return { direction, report };
}

/** How a step is taken. */
export interface StepOptions {
  /** The weights move by -rate · direction; default: 0. */
  readonly rate?: number;
  /** Default: the problem's own for that step. */
  readonly objective?: Objective;
}

export function readGradients({ byName }: Gradients): PlainValues {
  return readTensors(byName);
}

export function readWeights({ parameters }: Weights): PlainValues {
  return readTensors(parameters);
}

export function readStatistics({ statistics }: Weights): PlainValues {
  return readTensors(statistics);
}

function readTensors(tensors: ReadonlyMap<string, tf.Tensor>): PlainValues {
  return new Map([...tensors].map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
}

/** Largest difference of any entry, relative to the largest entry of `expected`; a value missing in one of them counts as zero. Infinite if any value is NaN. */
export function distance(got: PlainValues, expected: PlainValues): number {
  let [largest, most] = [1e-12, 0];
  for (const name of new Set([...got.keys(), ...expected.keys()])) {
    const [a, b] = [got.get(name), expected.get(name)];
    const size = (a ?? b)?.length ?? 0;
    for (let i = 0; i < size; i++) {
      const difference = Math.abs((a?.[i] ?? 0) - (b?.[i] ?? 0));
      if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY;
      most = Math.max(most, difference);
      largest = Math.max(largest, Math.abs(b?.[i] ?? 0));
    }
  }
  return most / largest;
}

/** Names whose values differ in at least one bit. */
export function changed(before: PlainValues, after: PlainValues): string[] {
  return [...before].flatMap(([name, values]) => (sameBits(values, after.get(name)) ? [] : [name]));
}

function sameBits(a: Float32Array, b: Float32Array | undefined): boolean {
  return b !== undefined && Buffer.compare(Buffer.from(a.buffer, a.byteOffset, a.byteLength), Buffer.from(b.buffer, b.byteOffset, b.byteLength)) === 0;
}

function descend(weights: Weights, direction: Gradients, rate: number): void {
  for (const [name, gradient] of direction.byName) {
    const moved = tf.tidy(() => tf.sub(weights.get(name), tf.mul(gradient, rate)));
    weights.assign(name, moved);
    moved.dispose();
  }
}

/** Throws an Error that says `what`, unless the condition holds. */
export function expectThat(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}
