import type { Tape } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { Gradients } from '../contracts/gradients.ts';
import type { Weights } from '../contracts/weights.ts';

/** A loss value on a tape, and its factor. */
export interface Weighted {
  readonly output: tf.Scalar;
  readonly factor: number;
}

/**
 * ∇ Σ factor · output over the trainable weights; weights that no output depends on are absent. The caller disposes the result.
 *
 * @param asked The weights that the forward pass kept its graph for.
 * @param last Releases the tape's tensors on the way.
 */
export function pullback(tape: Tape, outputs: readonly Weighted[], weights: Weights, last: boolean, asked = weights.trainable): Gradients {
  if (outputs.length === 0) return new Gradients(new Map());
  // A weight may have been frozen since the forward pass.
  const trainable = new Set(weights.trainable);
  const names = asked.filter((name) => trainable.has(name));
  const cotangents = outputs.map(({ output, factor }) => ({ output, cotangent: tf.scalar(factor) }));
  try {
    const sources = names.map((name) => weights.get(name));
    const gradients = tape.pullback(cotangents, sources, { last });
    return new Gradients(new Map(names.flatMap((name, i) => (gradients[i] ? [[name, gradients[i]] as const] : []))));
  } finally {
    tf.dispose(cotangents.map(({ cotangent }) => cotangent));
  }
}
