import { createRandom } from '../seed.ts';
import type { Quadratics } from './quadratic-problem.ts';

/** Losses of a spread of curvatures and centers, so that domains differ, agree here and conflict there. */
export function randomQuadratics(domains: number, auxiliary: boolean): Quadratics {
  const random = createRandom(['quadratics', domains]);
  const one = () => ({ curvature: Array.from({ length: 5 }, () => random.uniform(0.2, 2)), center: Array.from({ length: 5 }, () => random.normal()) });
  const at = Array.from({ length: 5 }, () => 0.5 * random.normal());
  return { at, domains: Array.from({ length: domains }, one), ...(auxiliary ? { auxiliary: one() } : {}) };
}
