import { Gradients } from '../gradients.ts';
import type { Random } from '../seed.ts';
import { dotOf, normOf, randomDirection, scaledTo } from './directions.ts';
import { hessianVectorProduct } from './hessian-vector-product.ts';
import type { LossSurface } from './loss-surface.ts';

export interface LargestEigenvalueOptions {
  /** Length h of the step that a Hessian-vector product takes each way (see `hessianStep`). */
  readonly step: number;
  /** Draws the start. */
  readonly random: Random;
  /** Ends when the estimate changes by less than this share of itself; 1e-3. */
  readonly tolerance?: number;
  /** At most so many Hessian-vector products; 60. */
  readonly iterations?: number;
}

export interface LargestEigenvalue {
  readonly value: number;
  /** Hessian-vector products. */
  readonly iterations: number;
  /** ‖H v - λ v‖ / |λ| at the end: some eigenvalue lies within this share of the value. */
  readonly residual: number;
  /** False where the iterations were used up. */
  readonly converged: boolean;
}

/**
 * The largest (most positive) eigenvalue of the loss's Hessian at the current weights, by power iteration:
 *
 *     v ← H v / ‖H v‖,   λ = ⟨v, H v⟩
 *
 * This finds the eigenvalue of largest size. Where that is a negative one, λ₋, the iteration goes on with H - λ₋ I, whose largest is λ_max - λ₋.
 * The value approaches λ_max from below; a start at random misses the top direction with probability 0.
 */
export function largestEigenvalue(surface: LossSurface, { step, random, tolerance = 1e-3, iterations = 60 }: LargestEigenvalueOptions): LargestEigenvalue {
  using here = surface.gradient();
  using start = randomDirection(here, random);
  const first = powerIteration(surface, start, { step, tolerance, iterations, shift: 0 });
  if (first.value >= 0) return first;
  const second = powerIteration(surface, start, { step, tolerance, iterations, shift: first.value });
  return { ...second, iterations: first.iterations + second.iterations, converged: first.converged && second.converged };
}

interface PowerOptions {
  readonly step: number;
  readonly tolerance: number;
  readonly iterations: number;
  /** The iteration is on H - shift · I. */
  readonly shift: number;
}

function powerIteration(surface: LossSurface, start: Gradients, { step, tolerance, iterations, shift }: PowerOptions): LargestEigenvalue {
  let v = scaledTo(start, 1);
  let last = Number.NaN;
  try {
    for (let count = 1; ; count++) {
      using product = hessianVectorProduct(surface, v, step);
      using shifted = Gradients.combine([
        [1, product],
        [-shift, v],
      ]);
      const value = dotOf(v, shifted);
      using off = Gradients.combine([
        [1, shifted],
        [-value, v],
      ]);
      const found = value + shift;
      const converged = Math.abs(value - last) <= tolerance * Math.abs(value);
      if (converged || count >= iterations) {
        return { value: found, iterations: count, residual: found === 0 ? 0 : normOf(off) / Math.abs(found), converged };
      }
      last = value;
      const next = scaledTo(shifted, 1);
      v[Symbol.dispose]();
      v = next;
    }
  } finally {
    v[Symbol.dispose]();
  }
}
