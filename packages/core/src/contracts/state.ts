import type * as tf from '@tensorflow/tfjs-core';

/** Everything that affects the next step, as plain data: tensors keyed by name (by weight, usually), and JSON values. */
export interface State {
  readonly tensors?: Readonly<Record<string, tf.Tensor>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Goes into checkpoints and comes back out. */
export interface Stateful {
  /** The tensors stay the owner's: the caller reads them before the next step and disposes nothing. */
  state(): State;
  /** Copies what it needs; the caller keeps and disposes the tensors it hands in. */
  restore(state: State): void;
}
