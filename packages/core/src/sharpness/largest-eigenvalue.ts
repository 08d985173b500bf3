import { Gradients } from '../contracts/gradients.ts';
import type { Random } from '../contracts/seed.ts';
import { dotOf, normOf, randomDirection, scaledTo } from './directions.ts';
import { hessianStep, weightNormOf } from './hessian-step.ts';
import { hessianVectorProduct } from './hessian-vector-product.ts';
import type { LossSurface } from './loss-surface.ts';

/** Options of `largestEigenvalue`. */
export interface LargestEigenvalueOptions {
  /** Draws the start vector. */
  readonly random: Random;
  /** Ends when the estimate changes by at most this share of itself; default 5e-3 (jumps of ReLU units keep it from settling much finer). */
  readonly tolerance?: number;
  /** Most Hessian-vector products of a power iteration; default 30. A negative dominant eigenvalue takes a second iteration. */
  readonly iterations?: number;
  /** Length of the step that a Hessian-vector product takes each way; default: see `hessianStep`. */
  readonly step?: number;
}

/** Result of `largestEigenvalue`. Plain JSON. */
export interface LargestEigenvalue {
  /** λ: the most positive eigenvalue. */
  readonly value: number;
  /** Number of Hessian-vector products taken. */
  readonly iterations: number;
  /** ‖H v - λ v‖ / |λ| at the end: some eigenvalue lies within this share of the value, >= 0. */
  readonly residual: number;
  /** False if the iterations were used up. */
  readonly converged: boolean;
  /** Length of the last step each way. */
  readonly step: number;
}

/**
 * The largest (most positive) eigenvalue of the loss's Hessian at the current weights, by power iteration:
 *
 *     v ← H v / ‖H v‖,   λ = ⟨v, H v⟩
 *
 * This finds the eigenvalue of largest absolute value. If that is negative, λ₋, a second iteration runs on H - λ₋ I, whose largest is λ_max - λ₋. The
 * value approaches λ_max from below; a random start misses the top direction with probability 0. The weights are restored bit for bit.
 */
export function largestEigenvalue(surface: LossSurface, { random, tolerance = 5e-3, iterations = 30, step }: LargestEigenvalueOptions): LargestEigenvalue {
  using here = surface.gradient();
  using start = randomDirection(here, random);
  const [weightNorm, loss] = [weightNormOf(surface.weights), surface.loss()];
  const stepAt = (curvature?: number) => step ?? hessianStep({ weightNorm, loss, ...(curvature === undefined ? {} : { curvature }) });
  const first = powerIteration(surface, start, { stepAt, tolerance, iterations, shift: 0 });
  if (first.value >= 0) return first;
  const second = powerIteration(surface, start, { stepAt, tolerance, iterations, shift: first.value });
  return { ...second, iterations: first.iterations + second.iterations, converged: first.converged && second.converged };
}

interface PowerOptions {
  stepAt(curvature?: number): number;
  readonly tolerance: number;
  readonly iterations: number;
  /** The iteration is on H - shift · I. */
  readonly shift: number;
}

function powerIteration(surface: LossSurface, start: Gradients, { stepAt, tolerance, iterations, shift }: PowerOptions): LargestEigenvalue {
  let v = scaledTo(start, 1);
  let step = stepAt();
  let last = Number.NaN;
  try {
    for (let count = 1; ; count++) {
      using product = hessianVectorProduct(surface, v, step);
      using shifted = Gradients.combine([
        [1, product],
        [-shift, v],
      ]);
      const value = dotOf(v, shifted);
      const found = value + shift;
      const converged = Math.abs(value - last) <= tolerance * Math.abs(value);
      if (converged || count >= iterations) {
        using off = Gradients.combine([
          [1, shifted],
          [-value, v],
        ]);
        return { value: found, iterations: count, residual: found === 0 ? 0 : normOf(off) / Math.abs(found), converged, step };
      }
      last = value;
      step = stepAt(found);
      const next = scaledTo(shifted, 1);
      v[Symbol.dispose]();
      v = next;
    }
  } finally {
    v[Symbol.dispose]();
  }
}
