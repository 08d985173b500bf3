import * as tf from '@tensorflow/tfjs-core';
import { takesOwnRoute } from './fused-kernels.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/** One summand of a linear combination: `scale` times each of `tensors`. */
export interface Term {
  /** A number, or a scalar tensor if the value is only known on the engine. */
  readonly scale: number | tf.Scalar;
  /** float32; as many for each term of a sum, of the same shapes by position. */
  readonly tensors: readonly tf.Tensor[];
}

/**
 * Linear combination: for each position p the sum over the terms of scale · tensors[p]. On the native engine one call and one pass over memory for all;
 * elsewhere one pass for each scale other than 1 and one for the sum. A term with the number 0 is left out, even if its tensors are infinite. Nothing is
 * read back from the engine. Not differentiable.
 * @returns One tensor for each position, the caller's to dispose; an empty list for no terms. A single term with scale 1 gives copies that share its data.
 * @throws Error if the terms do not match.
 */
export function combine(terms: readonly Term[]): tf.Tensor[] {
  const [first] = terms;
  if (!first) return [];
  check(terms);
  const present = terms.filter(({ scale }) => scale !== 0);
  if (takesOwnRoute() && present.length > 0 && !(present.length === 1 && present[0]?.scale === 1) && first.tensors.length > 0) return ownRoute(present);
  return tf.tidy(() => {
    const scaled = present.map(({ scale, tensors }) => ({ scale: typeof scale === 'number' && scale !== 1 ? tf.scalar(scale) : scale, tensors }));
    return first.tensors.map((like, p) => {
      if (scaled.length === 0) return tf.zerosLike(like);
      return tf.tidy(() => {
        const parts = scaled.map(({ scale, tensors }) => (scale === 1 ? (tensors[p] as tf.Tensor) : tf.mul(scale, tensors[p] as tf.Tensor)));
        return parts.length === 1 ? (parts[0] as tf.Tensor).clone() : tf.addN(parts);
      });
    });
  });
}

function ownRoute(terms: readonly Term[]): tf.Tensor[] {
  return tf.tidy(() => {
    const scales = terms.every(({ scale }) => typeof scale === 'number')
      ? tf.tensor1d(terms.map(({ scale }) => scale as number))
      : tf.stack(terms.map(({ scale }) => (typeof scale === 'number' ? tf.scalar(scale) : scale)));
    const tensors = terms.flatMap((term) => term.tensors);
    const count = (terms[0] as Term).tensors.length;
    const attributes = { count: ['int', count], terms: ['int', terms.length], inputs: ['int', tensors.length] } as const;
    return tensorflowOp('GradalignCombine', attributes, [scales, ...tensors], count);
  });
}

function check(terms: readonly Term[]): void {
  const shapes = (terms[0] as Term).tensors.map(({ shape }) => shape);
  for (const [index, { tensors }] of terms.entries()) {
    if (tensors.length !== shapes.length) throw new Error(`Cannot combine: term ${index} has ${tensors.length} tensors, expected ${shapes.length}`);
    for (const [p, { shape }] of tensors.entries())
      if (!tf.util.arraysEqual(shape, shapes[p] as number[]))
        throw new Error(`Cannot combine: tensor ${p} of term ${index} has shape [${shape}], expected [${shapes[p]}]`);
  }
}
