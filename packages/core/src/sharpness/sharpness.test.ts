import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Gradients } from '../contracts/gradients.ts';
import type { Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import { createSeed } from '../contracts/seed.ts';
import { Weights } from '../contracts/weights.ts';
import { hessianStep, weightNormOf } from './hessian-step.ts';
import { hessianVectorProduct } from './hessian-vector-product.ts';
import { largestEigenvalue } from './largest-eigenvalue.ts';
import { type LossSurface, riskSurface } from './loss-surface.ts';
import { measureSharpness } from './measure-sharpness.ts';
import { adversarialLoss, lossesAtRandom } from './perturbed-loss.ts';

beforeAll(async () => {
  await loadEngine();
});

let before: number;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors, 'tensors left over').toBe(before);
});

/** L = ½ xᵀ A x over the weights `p` (the first of x) and `q` (the rest), A = Q diag(eigenvalues) Qᵀ with a reflection Q = I - 2 u uᵀ, u even. */
function quadratic(eigenvalues: readonly number[], at: readonly number[]): LossSurface & Disposable {
  const n = eigenvalues.length;
  const reflect = (i: number, j: number) => (i === j ? 1 : 0) - 2 / n;
  const matrix = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => eigenvalues.reduce((sum, value, k) => sum + reflect(i, k) * value * reflect(j, k), 0)),
  );
  const a = tf.tensor2d(matrix);
  const weights = new Weights({ p: tf.tensor1d(at.slice(0, 1)), q: tf.tensor1d(at.slice(1)) });
  const x = () => tf.reshape(tf.concat([weights.get('p'), weights.get('q')]), [n, 1]);
  return {
    weights,
    loss: () => tf.tidy(() => tf.mul(0.5, tf.matMul(x(), tf.matMul(a, x()), true)).dataSync()[0] as number),
    gradient: () => {
      const [p, q] = tf.tidy(() => tf.split(tf.reshape(tf.matMul(a, x()), [n]), [1, n - 1])) as [tf.Tensor, tf.Tensor];
      return new Gradients(
        new Map([
          ['p', p],
          ['q', q],
        ]),
      );
    },
    [Symbol.dispose]() {
      weights[Symbol.dispose]();
      a.dispose();
    },
  };
}

const random = () => createSeed(3).stream('test').at();

describe('the Hessian', () => {
  it('times a vector is A v on a quadratic: the first column of diag(3, 1)', () => {
    // With n = 2 the reflection maps (a, b) to (-b, -a): it swaps the two eigenvalues.
    using surface = quadratic([1, 3], [0.4, -0.2]);
    using v = new Gradients(
      new Map([
        ['p', tf.tensor1d([1])],
        ['q', tf.tensor1d([0])],
      ]),
    );
    using product = hessianVectorProduct(surface, v, 0.01);
    expect(product.get('p')?.dataSync()[0]).toBeCloseTo(3, 3);
    expect(product.get('q')?.dataSync()[0]).toBeCloseTo(0, 3);
  });

  it('has the largest eigenvalue 7 where they are 7, 3, 1, 0.5, found to a thousandth with a small residual', () => {
    using surface = quadratic([3, 0.5, 7, 1], [1, 2, -1, 0.5]);
    const { value, residual, converged } = largestEigenvalue(surface, { random: random(), tolerance: 1e-4 });
    expect(Math.abs(value - 7)).toBeLessThan(7e-3);
    expect(residual).toBeLessThan(0.1);
    expect(converged).toBe(true);
  });

  it('has the largest eigenvalue 2 where the one of largest absolute value is -5', () => {
    using surface = quadratic([2, -5, 1, -0.5], [1, 2, -1, 0.5]);
    expect(largestEigenvalue(surface, { random: random(), tolerance: 1e-5, iterations: 200 }).value).toBeCloseTo(2, 2);
  });

  it('has the largest eigenvalue -1 where all are negative', () => {
    using surface = quadratic([-1, -5, -3], [1, 2, -1]);
    expect(largestEigenvalue(surface, { random: random(), tolerance: 1e-5, iterations: 200 }).value).toBeCloseTo(-1, 2);
  });

  it('has the eigenvalue 0 where the loss is flat', () => {
    using surface = quadratic([0, 0, 0], [1, 2, -1]);
    expect(largestEigenvalue(surface, { random: random() })).toMatchObject({ value: 0, residual: 0, converged: true });
  });

  it('says when the iterations were used up: 1 and 0.999 are not told apart in 3', () => {
    using surface = quadratic([1, 0.999, 0.99], [1, 2, -1]);
    expect(largestEigenvalue(surface, { random: random(), tolerance: 1e-12, iterations: 3 })).toMatchObject({ converged: false, iterations: 3 });
  });
});

it('over a step the quadratic term adds a tenth of the loss: ½ · 5 · h² = 0.1 · 0.1 at h = 0.063; between 1e-4 and 1e-2 of the norm', () => {
  expect(hessianStep({ weightNorm: 30, loss: 0.1, curvature: 5 })).toBeCloseTo(0.0632, 4);
  expect(hessianStep({ weightNorm: 30, loss: 0.1, curvature: -5 })).toBeCloseTo(0.0632, 4);
  expect(hessianStep({ weightNorm: 30, loss: 0, curvature: 5 })).toBeCloseTo(0.003, 6);
  expect(hessianStep({ weightNorm: 30, loss: 0.1, curvature: 0 })).toBeCloseTo(0.3, 6);
  expect(hessianStep({ weightNorm: 30, loss: 0.1 })).toBeCloseTo(0.03, 6);
});

describe('the loss at a distance', () => {
  it('rises to ½ λ (‖θ‖ + ρ)² at the end of an ascent along the eigenvector: 4 · ½ · 1.5² = 4.5', () => {
    // All eigenvalues 4: the gradient points away from 0, and every direction is an eigenvector.
    using surface = quadratic([4, 4, 4], [1, 0, 0]);
    expect(adversarialLoss(surface, { rho: 0.5, steps: 1 })).toBeCloseTo(4.5, 5);
  });

  it('is found in the steep direction, although the first step goes along the flat one', () => {
    // With n = 2, p has the eigenvalue 10 and q has 1. From (0.05, 1) SAM's step goes mostly along q; further ones turn to p.
    using surface = quadratic([1, 10], [0.05, 1]);
    const one = adversarialLoss(surface, { rho: 0.5, steps: 1 });
    const many = adversarialLoss(surface, { rho: 0.5, steps: 10 });
    expect(many).toBeGreaterThan(one);
    expect(many).toBeGreaterThan(0.5 * 10 * 0.45 ** 2 + 0.5);
  });

  it('at random goes both ways, so that a slope of 4 cancels: at x = 1 it rises by ½ · 4 · 0.1² = 0.02 and nothing else', () => {
    using surface = quadratic([4, 4, 4], [1, 0, 0]);
    const losses = lossesAtRandom(surface, { rho: 0.1, directions: 3, random: random() });
    expect(losses.reduce((a, b) => a + b) / 6 - surface.loss()).toBeCloseTo(0.02, 5);
    expect(Math.max(...losses) - Math.min(...losses)).toBeGreaterThan(0.02);
  });

  it('rises by ½ ρ² times the mean eigenvalue at random: 0.5 · 0.1² · 2 = 0.01 around the minimum', () => {
    using surface = quadratic([1, 2, 3], [0, 0, 0]);
    const losses = lossesAtRandom(surface, { rho: 0.1, directions: 100, random: random() });
    expect(losses).toHaveLength(200);
    expect(Math.min(...losses)).toBeGreaterThanOrEqual(0.5 * 0.01 * 1 - 1e-6);
    expect(Math.max(...losses)).toBeLessThanOrEqual(0.5 * 0.01 * 3 + 1e-6);
    expect(losses.reduce((a, b) => a + b) / 200).toBeCloseTo(0.01, 3);
  });
});

/** Logits = (w · mean of the image)³: not a quadratic. */
function cubic(w: number): Model {
  const weights = new Weights({ w: tf.scalar(w) });
  return {
    weights,
    apply: (images) => {
      const features = tf.reshape(tf.mean(images, [1, 2, 3]), [-1, 1]) as tf.Tensor2D;
      const scaled = tf.mul(features, weights.get('w'));
      return { features, logits: tf.mul(scaled, tf.mul(scaled, scaled)) as tf.Tensor2D };
    },
    [Symbol.dispose]: () => weights[Symbol.dispose](),
  };
}

const value: Risk = {
  role: 'risk',
  logits: 1,
  perSample: (logits) => tf.squeeze(logits, [1]) as tf.Tensor1D,
  probabilities: (logits) => logits,
};

it('the risk w³ at w = 2 on images of value 1 has gradient 12, second derivative 12, and weights that stay bit for bit', () => {
  using model = cubic(2);
  const images = tf.ones([3, 2, 2, 1]) as tf.Tensor4D;
  const surface = riskSurface({ model, risk: value, images, labels: Int32Array.of(0, 0, 0), batchNorm: 'batch' });
  const { eigenvalue, ...sharpness } = measureSharpness(surface, { rho: 0.1, directions: 4, ascentSteps: 2, seed: createSeed(1) });
  expect(weightNormOf(model.weights)).toBe(2);
  expect(eigenvalue.step).toBeCloseTo(0.02, 6);
  expect(sharpness.loss).toBeCloseTo(8, 5);
  expect(sharpness.gradientNorm).toBeCloseTo(12, 4);
  expect(eigenvalue.value).toBeCloseTo(12, 2);
  expect(sharpness.adversarial).toBeCloseTo(2.1 ** 3, 4);
  expect(sharpness.random.largest).toBeCloseTo(2.1 ** 3, 4);
  expect(model.weights.get('w').dataSync()[0]).toBe(2);
  images.dispose();
});
