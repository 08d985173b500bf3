// An optimizer of one's own: look one gradient step ahead, and take the gradient found there.
//     θ' = θ - λ ∇L(θ);  direction = ∇L(θ')
import { defineOptimizer, definePlugin, Gradients, lossValues, stateless } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

const extragradient = defineOptimizer({
  name: 'extragradient',
  summary: 'Takes the gradient of the point that one plain step would lead to',
  paper: 'Korpelevich, Ekonomika i matematicheskie metody 1976',
  options: Type.Object(
    { lookahead: Type.Number({ minimum: 0, default: 0.01, description: 'λ: the step ahead, as a factor of the gradient' }) },
    { additionalProperties: false },
  ),
  cost: { forwards: () => 2, backwards: () => 2, weightCopies: () => 3 },
  limits: [{ options: { lookahead: 0 }, equals: 'erm' }],
  create: ({ lookahead }) => ({
    ...stateless,
    step(objective, weights, apply) {
      const here = objective.evaluate();
      const gradient = here.gradient('full', { last: true });
      const ahead = Gradients.combine([[-lookahead, gradient]]);
      gradient[Symbol.dispose]();
      // θ comes back bit for bit when shifted() returns, also after a throw inside.
      const direction = weights.shifted(ahead, () => gradientThere(objective));
      apply(direction);
      const losses = lossValues(here);
      for (const held of [here, ahead, direction]) held[Symbol.dispose]();
      return { kind: 'extragradient', losses };
    },
  }),
});

function gradientThere(objective) {
  const there = objective.evaluate({ statistics: 'keep' });
  const direction = there.gradient('full', { last: true });
  there[Symbol.dispose]();
  return direction;
}

export default definePlugin({ name: 'gradalign-example-custom-optimizer', items: [extragradient] });
