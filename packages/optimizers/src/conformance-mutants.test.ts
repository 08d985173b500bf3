import { defineOptimizer, ermStep, Gradients, lossValues, type Optimizer, type OptimizerDefinition, type State } from '@gradalign/core';
import { optimizerChecks } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { closedForms } from '../test/closed-forms.ts';
import { ascent, gradientAt } from './ascent.ts';
import { looksam } from './looksam.ts';
import { sam } from './sam.ts';

beforeAll(async () => {
  await loadEngine();
});

type Step = Optimizer['step'];

/** SAM with one thing done wrong. */
const broken = (step: (rho: number) => Step, extra: Partial<OptimizerDefinition> = {}): OptimizerDefinition =>
  ({ ...sam, ...extra, create: (options: { rho: number }) => ({ ...sam.create(options), step: step(options.rho) }) }) as unknown as OptimizerDefinition;

const samStep =
  (parts: { sign?: number; statistics?: 'update' | 'keep'; keep?: boolean; restore?: boolean; times?: number; extra?: () => void }) =>
  (rho: number): Step =>
  (objective, weights, apply) => {
    using here = objective.evaluate();
    using gradient = here.gradient('full', { last: true });
    using epsilon = ascent(gradient, (parts.sign ?? 1) * rho);
    const there = () => {
      using point = objective.evaluate({ statistics: parts.statistics ?? 'keep' });
      return point.gradient('full', { last: true });
    };
    const byHand = () => {
      const move = (factor: number) => {
        for (const [name, change] of epsilon.byName) weights.assign(name, tf.add(weights.get(name), tf.mul(change, factor)));
      };
      move(1);
      const found = there();
      if (parts.restore !== false) move(-1);
      return found;
    };
    using direction = parts.keep === false ? byHand() : weights.shifted(epsilon, there);
    using scaled = Gradients.combine([[parts.times ?? 1, direction]]);
    apply(scaled);
    parts.extra?.();
    return { kind: 'sam', losses: lossValues(here) };
  };

/** LookSAM with its state keyed by the position of a weight. */
const keyedByIndex = {
  ...looksam,
  create(options: Parameters<typeof looksam.create>[0]) {
    const right = looksam.create(options);
    let names: readonly string[] = [];
    return {
      ...right,
      step: (...[objective, weights, apply]: Parameters<Step>) => {
        names = [...weights.parameters.keys()];
        return right.step(objective, weights, apply);
      },
      state: () => ({ ...right.state(), tensors: Object.fromEntries(Object.entries(right.state().tensors ?? {}).map(([, tensor], i) => [`v${i}`, tensor])) }),
      restore: ({ values, tensors = {} }: State) =>
        right.restore({
          ...(values ? { values } : {}),
          tensors: Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [names[Number(key.slice(1))] ?? key, tensor])),
        }),
    };
  },
} as unknown as OptimizerDefinition;

const forgetful = { ...looksam, create: (options: Parameters<typeof looksam.create>[0]) => ({ ...looksam.create(options), state: () => ({}) }) };

it.each<[string, OptimizerDefinition, failing: string]>([
  ['leaks a tensor a step', broken(samStep({ extra: () => void tf.scalar(1) })), 'leaks no tensor'],
  ['moves running statistics at the ascending point too', broken(samStep({ statistics: 'update' })), 'moves running statistics exactly once'],
  ['subtracts ε again instead of keeping θ', broken(samStep({ keep: false })), 'puts the weights back bit for bit before'],
  ['leaves the weights at the ascending point', broken(samStep({ keep: false, restore: false })), 'puts the weights back bit for bit before'],
  ['leaves them there after a throw', broken(samStep({ keep: false })), 'puts the weights back bit for bit after a throw'],
  [
    'does not dispose its gradient after a throw',
    broken(() => (objective, _weights, apply) => {
      const here = objective.evaluate();
      using direction = here.gradient('full');
      apply(direction);
      const losses = lossValues(here);
      here[Symbol.dispose]();
      return { kind: 'erm', losses };
    }),
    'disposes what it held',
  ],
  ['ascends the wrong way', broken(samStep({ sign: -1 })), 'agrees with its closed form'],
  ['goes uphill', broken(samStep({ times: -1 })), 'limit: with {"rho":0} it is erm'],
  ['is half as long', broken(samStep({ times: 0.5 })), 'limit: with {"rho":0} it is erm'],
  [
    'divides by a norm of zero',
    broken((rho) => (objective, weights, apply) => {
      using here = objective.evaluate();
      using gradient = here.gradient('full');
      const norm = gradient.norm();
      const scale = tf.tidy(() => tf.div(rho, norm) as tf.Scalar);
      using epsilon = Gradients.combine([[scale, gradient]]);
      tf.dispose([norm, scale]);
      using direction = gradientAt(objective, weights, epsilon);
      apply(direction);
      return { kind: 'sam', losses: lossValues(here) };
    }),
    'handles a gradient of zero',
  ],
  ['declares one forward and takes two', broken(samStep({}), { cost: { ...sam.cost, forwards: () => 1 } }), 'asks for as many forwards'],
  ['declares fewer copies than it holds', broken(samStep({}), { cost: { ...sam.cost, weightCopies: () => 1 } }), 'holds as many copies'],
  ['applies nothing', broken(() => (objective) => ermStep(objective, () => {})), 'applies exactly one finite direction'],
  [
    'applies twice',
    broken(
      () => (objective, _weights, apply) =>
        ermStep(objective, (direction) => {
          apply(direction);
          apply(direction);
        }),
    ),
    'applies exactly one finite direction',
  ],
  ['keys its state by position', keyedByIndex, 'keyed by weight name'],
  ['saves nothing', forgetful as unknown as OptimizerDefinition, 'saved and resumed'],
  [
    'takes any option',
    defineOptimizer({ ...sam, options: { ...sam.options, additionalProperties: true } }) as unknown as OptimizerDefinition,
    'refuses every option',
  ],
])('an optimizer that %s fails the kit', (_, definition, failing) => {
  const check = optimizerChecks(definition, { closedForm: closedForms['sam'] as NonNullable<(typeof closedForms)['sam']> }).find(({ name }) =>
    name.includes(failing),
  );
  expect(check, failing).toBeDefined();
  expect(() => check?.run()).toThrow();
});
