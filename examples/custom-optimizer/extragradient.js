// A custom optimizer: looks one gradient step ahead and descends along the gradient found there.
//     θ' = θ - λ ∇L(θ);  direction = ∇L(θ')
import { defineOptimizer, definePlugin, Gradients, lossValues, stateless } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

const extragradient = defineOptimizer({
  name: 'extragradient',
  summary: 'The gradient at the point that one plain step would lead to',
  paper: 'Korpelevich, Ekonomika i matematicheskie metody 1976',
  options: Type.Object(
    { lookahead: Type.Number({ minimum: 0, default: 0.01, description: 'λ, length of the step ahead, as a factor of the gradient' }) },
    { additionalProperties: false },
  ),
  cost: { forwards: () => 2, backwards: () => 2, weightCopies: () => 3 },
  limits: [{ options: { lookahead: 0 }, equals: 'erm' }],
  create: ({ lookahead }) => ({
    ...stateless,
    step(objective, weights, apply) {
      const held = [];
      const hold = (each) => held.push(each) && each;
      try {
        const here = hold(objective.evaluate());
        const gradient = hold(here.gradient('full', { last: true }));
        const ahead = hold(Gradients.combine([[-lookahead, gradient]]));
        gradient[Symbol.dispose]();
        // shifted() restores θ bit for bit when it returns or throws.
        const direction = hold(weights.shifted(ahead, () => hold(objective.evaluate({ statistics: 'keep' })).gradient('full', { last: true })));
        apply(direction);
        return { kind: 'extragradient', losses: lossValues(here) };
      } finally {
        for (const each of held) each[Symbol.dispose]();
      }
    },
  }),
});

export default definePlugin({ name: 'gradalign-example-custom-optimizer', items: [extragradient] });
