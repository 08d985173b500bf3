import * as tf from '@tensorflow/tfjs-core';
import type { Auxiliary, Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import { Weights } from '../contracts/weights.ts';
import { alternatingBatch } from './alternating-batch.ts';
import { createProblem, type Problem } from './problem.ts';

/** q(θ) = ½ Σ_d curvature_d (θ_d - center_d)²; gradient curvature (θ - center). */
export interface Quadratic {
  /** One value per dimension, >= 0. */
  readonly curvature: readonly number[];
  /** The minimum; one value per dimension. */
  readonly center: readonly number[];
}

/** Losses with known values and gradients: one for each domain, and an auxiliary one. */
export interface Quadratics {
  /** L_i of each source domain; R_i = L_i / k. */
  readonly domains: readonly Quadratic[];
  /** A; default: none. */
  readonly auxiliary?: Quadratic;
  /** θ, one value per dimension, split over two weights, `first` and `second/kernel`. */
  readonly at: readonly number[];
}

/**
 * The same formulas in plain numbers, for closed forms: `risk(i)` is R_i, domains count from 0.
 *
 *     const closedForm = ({ at, full }, { rho }) => full(add(at, scale(full(at), rho / norm(full(at)))));
 */
export interface PlainQuadratics {
  /** Number of domains. */
  readonly k: number;
  /** θ. */
  readonly at: readonly number[];
  /** ∇R_i. */
  domain(i: number, theta: readonly number[]): number[];
  /** L_i = k R_i. */
  loss(i: number, theta: readonly number[]): number;
  /** ∇R. */
  risk(theta: readonly number[]): number[];
  /** ∇A; zero without one. */
  auxiliary(theta: readonly number[]): number[];
  /** ∇(R + A). */
  full(theta: readonly number[]): number[];
}

/** The losses and gradients of quadratics in plain numbers. */
export function plainQuadratics({ domains, auxiliary, at }: Quadratics): PlainQuadratics {
  const k = domains.length;
  const gradient = ({ curvature, center }: Quadratic, theta: readonly number[], factor = 1) =>
    theta.map((x, d) => factor * (curvature[d] as number) * (x - (center[d] as number)));
  const sum = (rows: readonly (readonly number[])[]) => at.map((_, d) => rows.reduce((total, row) => total + (row[d] as number), 0));
  const plain: PlainQuadratics = {
    k,
    at,
    domain: (i, theta) => gradient(domains[i] as Quadratic, theta, 1 / k),
    loss: (i, theta) => theta.reduce((total, x, d) => total + (domains[i]?.curvature[d] as number) * 0.5 * (x - (domains[i]?.center[d] as number)) ** 2, 0),
    risk: (theta) => sum(domains.map((_, i) => plain.domain(i, theta))),
    auxiliary: (theta) => (auxiliary ? gradient(auxiliary, theta) : at.map(() => 0)),
    full: (theta) => sum([plain.risk(theta), plain.auxiliary(theta)]),
  };
  return plain;
}

/** The quadratics as a model, losses and a batch of two samples per domain, through the objective that training uses. The caller disposes it. */
export function quadraticProblem(quadratics: Quadratics): Problem {
  const { domains, auxiliary, at } = quadratics;
  const rows = domains.flatMap((_, i) => [i, i]);
  const pixels = rows.flatMap((i) => [...(domains[i]?.curvature.map(Math.sqrt) ?? []), ...(domains[i]?.center ?? [])]);
  return createProblem({
    model: quadraticModel(at),
    risk,
    auxiliaries: auxiliary ? [quadraticAuxiliary(auxiliary)] : [],
    domains: domains.map((_, i) => `domain${i}`),
    batches: [alternatingBatch(pixels, 2 * at.length, rows)],
  });
}

/** An image holds √curvature and center of its domain: logits √curvature (θ - center), features θ. */
function quadraticModel(at: readonly number[]): Model {
  const size = at.length;
  const cut = Math.ceil(size / 2);
  const weights = new Weights({ first: tf.tensor1d(at.slice(0, cut)), 'second/kernel': tf.tensor1d(at.slice(cut)) });
  return {
    weights,
    apply(images) {
      const [rows, centers] = tf.split(tf.reshape(images, [-1, 2 * size]), 2, 1) as [tf.Tensor2D, tf.Tensor2D];
      const theta = tf.reshape(tf.concat([weights.get('first'), weights.get('second/kernel')]), [1, size]);
      const features = tf.add(tf.zerosLike(rows), theta) as tf.Tensor2D;
      return { features, logits: tf.mul(rows, tf.sub(theta, centers)) as tf.Tensor2D };
    },
    [Symbol.dispose]: () => weights[Symbol.dispose](),
  };
}

const risk: Risk = {
  role: 'risk',
  logits: 1,
  perSample: (logits) => tf.mul(0.5, tf.sum(tf.square(logits), 1)) as tf.Tensor1D,
  probabilities: (logits) => tf.softmax(logits),
};

function quadraticAuxiliary({ curvature, center }: Quadratic): Auxiliary {
  return {
    role: 'auxiliary',
    value({ features }) {
      const away = tf.sub(tf.mean(features, 0), tf.tensor1d([...center]));
      return tf.mul(0.5, tf.sum(tf.mul(tf.tensor1d([...curvature]), tf.square(away)))) as tf.Scalar;
    },
  };
}
