import { createRandom } from '../contracts/seed.ts';
import type { Quadratics } from './quadratic-problem.ts';

/** Quadratics with random curvatures and centers: their gradients agree in some dimensions and conflict in others. */
export function randomQuadratics(domains: number, auxiliary: boolean): Quadratics {
  const random = createRandom(['quadratics', domains]);
  const one = () => ({ curvature: Array.from({ length: 5 }, () => random.uniform(0.2, 2)), center: Array.from({ length: 5 }, () => random.normal()) });
  const at = Array.from({ length: 5 }, () => 0.5 * random.normal());
  return { at, domains: Array.from({ length: domains }, one), ...(auxiliary ? { auxiliary: one() } : {}) };
}
