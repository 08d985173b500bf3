import { defineOptimizer, ermStep, stateless } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

/**
 * Empirical risk minimisation:
 *
 *     direction = ∇(R + A)(θ)
 */
export const erm = defineOptimizer({
  name: 'erm',
  summary: 'Empirical risk minimisation: the plain gradient',
  options: Type.Object({}, { additionalProperties: false }),
  cost: { forwards: () => 1, backwards: () => 1, weightCopies: () => 1 },
  limits: [{ options: {}, equals: { risk: 1, auxiliary: 1 } }],
  create: () => ({ ...stateless, step: (objective, _weights, apply) => ermStep(objective, apply) }),
});
