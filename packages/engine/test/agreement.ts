import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { recordTape } from '../src/tape/tape.ts';
import { numbers } from './numbers.ts';
import { at } from './reference.ts';

export interface Input {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** Has no gradient (labels). */
  readonly constant?: 'float32' | 'int32';
}

export function input(shape: readonly number[], seed = 1, scale = 1): Input {
  return { shape, values: numbers(size(shape), seed).map((value) => value * scale) };
}

/**
 * Expects the operation to give the reference's values, its gradients to be the reference's central differences in float64 (for an irregular
 * cotangent), and no tensor to be left. `tolerance` is relative to the largest entry of each tensor.
 */
export function expectAgreement(
  op: (...inputs: tf.Tensor[]) => tf.Tensor,
  reference: (...inputs: number[][]) => ArrayLike<number>,
  inputs: readonly Input[],
  tolerance = 2e-5,
): void {
  const expected = Array.from(reference(...inputs.map(({ values }) => [...values])));
  const weights = numbers(expected.length, 77);
  const before = tf.memory().numTensors;
  const tensors = inputs.map(({ shape, values, constant }) => tf.tensor([...values], [...shape], constant ?? 'float32'));
  const sources = tensors.filter((_, i) => !inputs[i]?.constant);
  const { result, tape } = recordTape(() => op(...tensors));
  expectClose(result.dataSync(), expected, tolerance, 'value');
  const cotangent = tf.tensor(weights, result.shape);
  const gradients = tape.pullback([{ output: result, cotangent }], sources);
  const differentiable = inputs.flatMap((one, i) => (one.constant ? [] : [i]));
  differentiable.forEach((position, i) => {
    const slopes = centralDifferences(reference, inputs, position, weights);
    expectClose(gradients[i]?.dataSync() ?? [], slopes, tolerance, `gradient of input ${position}`);
  });
  tape.dispose();
  tf.dispose([tensors, result, cotangent, gradients]);
  expect(tf.memory().numTensors).toBe(before);
}

function centralDifferences(
  reference: (...inputs: number[][]) => ArrayLike<number>,
  inputs: readonly Input[],
  position: number,
  weights: readonly number[],
): number[] {
  const h = 1e-5;
  const values = inputs.map((one) => [...one.values]);
  const varied = values[position] as number[];
  const loss = () => weights.reduce((sum, weight, i) => sum + weight * at(outputs, i), 0);
  let outputs: ArrayLike<number> = [];
  return varied.map((value, i) => {
    varied[i] = value + h;
    outputs = reference(...values);
    const above = loss();
    varied[i] = value - h;
    outputs = reference(...values);
    const below = loss();
    varied[i] = value;
    return (above - below) / (2 * h);
  });
}

export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what = 'value'): void {
  expect(actual.length, `entries of the ${what}`).toBe(expected.length);
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(at(actual, i) - at(expected, i));
    worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
  }
  expect(worst / largest, `largest deviation of the ${what}, relative to its largest entry ${largest}`).toBeLessThan(tolerance);
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
