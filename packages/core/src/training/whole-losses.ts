import type { Tape } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { Gradients } from '../contracts/gradients.ts';
import type { Weights } from '../contracts/weights.ts';
import { type Factors, type Values, weightedOf } from './objective-values.ts';
import type { Part } from './parts-of.ts';

/** dL/d(output) of one part; undefined where the loss does not depend on that output. */
export interface Cotangents {
  readonly features: tf.Tensor | undefined;
  readonly logits: tf.Tensor | undefined;
}

/** All losses of the batch as functions of features and logits. Owns them. */
export class WholeLosses implements Disposable {
  readonly values: Values;
  readonly #tape: Tape;
  readonly #domains: readonly string[];
  readonly #features: tf.Tensor2D;
  readonly #logits: tf.Tensor2D;

  constructor(values: Values, tape: Tape, domains: readonly string[], features: tf.Tensor2D, logits: tf.Tensor2D) {
    this.values = values;
    this.#tape = tape;
    this.#domains = domains;
    this.#features = features;
    this.#logits = logits;
  }

  /** The caller disposes the result. */
  pullback(factors: Factors, weights: Weights, names: readonly string[]): WholeCotangents {
    const cotangents = weightedOf(factors, this.values, this.#domains).map(({ output, factor }) => ({ output, cotangent: tf.scalar(factor) }));
    try {
      const sources = [this.#features, this.#logits, ...names.map((name) => weights.get(name))];
      const [features, logits, ...own] = cotangents.length === 0 ? [] : this.#tape.pullback(cotangents, sources);
      return new WholeCotangents({ features, logits }, gradientsOf(names, own));
    } finally {
      tf.dispose(cotangents.map(({ cotangent }) => cotangent));
    }
  }

  [Symbol.dispose](): void {
    this.#tape.dispose();
    tf.dispose([this.#features, this.#logits, ...this.values.risks, ...(this.values.auxiliary ? [this.values.auxiliary] : [])]);
  }
}

/** The gradient of a loss in the outputs of all parts, and in the weights that the losses own (handed over to whoever takes them). */
export class WholeCotangents implements Disposable {
  readonly ofLosses: Gradients;
  readonly #of: Cotangents;

  constructor(of: Cotangents, ofLosses: Gradients) {
    this.#of = of;
    this.ofLosses = ofLosses;
  }

  /** New tensors. */
  of({ from, images }: Part): Cotangents {
    const rows = (tensor: tf.Tensor | undefined) => tensor && tf.slice(tensor, [from, 0], [images.length, -1]);
    return { features: rows(this.#of.features), logits: rows(this.#of.logits) };
  }

  [Symbol.dispose](): void {
    disposeCotangents(this.#of);
  }
}

/** Of tensors in the order of the names; a weight without one has no gradient. Takes ownership. */
export function gradientsOf(names: readonly string[], tensors: readonly (tf.Tensor | undefined)[]): Gradients {
  return new Gradients(new Map(names.flatMap((name, i) => (tensors[i] ? [[name, tensors[i]] as const] : []))));
}

export function disposeCotangents({ features, logits }: Cotangents): void {
  features?.dispose();
  logits?.dispose();
}
