import * as tf from '@tensorflow/tfjs-core';
import { Gradients } from '../contracts/gradients.ts';
import type { Random } from '../contracts/seed.ts';

/** Floor of norms: 0/0 would be NaN. */
const delta = 1e-12;

/** A direction drawn evenly from the sphere of radius 1 in the space of the weights that `like` names. The caller disposes it. */
export function randomDirection(like: Gradients, random: Random): Gradients {
  using normal = like.map((gradient) =>
    tf.tensor(
      Float32Array.from({ length: gradient.size }, () => random.normal()),
      gradient.shape,
    ),
  );
  return scaledTo(normal, 1);
}

/** The same direction with this norm; zero stays zero. The caller disposes it. */
export function scaledTo(direction: Gradients, norm: number): Gradients {
  return Gradients.combine([[norm / (normOf(direction) + delta), direction]]);
}

/** ‖direction‖, read back from the engine. */
export function normOf(direction: Gradients): number {
  return read(direction.norm());
}

/** ⟨a, b⟩, read back from the engine. */
export function dotOf(a: Gradients, b: Gradients): number {
  return read(a.dot(b));
}

function read(value: tf.Scalar): number {
  const [number = Number.NaN] = value.dataSync();
  value.dispose();
  return number;
}
