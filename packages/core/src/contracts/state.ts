import type * as tf from '@tensorflow/tfjs-core';

/** Everything that affects the next step, as plain data: tensors by name (usually that of a weight), and values that JSON can hold. */
export interface State {
  readonly tensors?: Readonly<Record<string, tf.Tensor>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Saved in checkpoints and restored from them. */
export interface Stateful {
  /** The current state. The tensors stay the owner's: the caller reads them before the next step and disposes nothing. */
  state(): State;
  /** Continues from a state. Copies what it needs: the tensors stay the caller's, who disposes them. */
  restore(state: State): void;
}
