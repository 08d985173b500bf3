import * as tf from '@tensorflow/tfjs-core';
import { completeOptions } from '../../configuration/complete-options.ts';
import type { Optimizer } from '../../contracts/optimizer.ts';
import type { Problem } from '../problem.ts';
import { smallNet } from '../small-net.ts';
import { distance, expectThat, makeOptimizer, type PlainValues, takeStep } from '../take-step.ts';
import { type Check, forEachVariant, type Setting } from './setting.ts';

const steps = 8;

/** Whether the saved state holds everything that matters. */
export function stateChecks(setting: Setting): Check[] {
  return [
    { name: 'saved and resumed it equals a run that never stopped, bit for bit', run: () => goesOn(setting) },
    { name: 'its state is plain data, tensors keyed by weight name', run: () => isPlain(setting) },
    { name: 'its state fits a model that lists the same weights in another order', run: () => fitsAnotherOrder(setting) },
  ];
}

function goesOn(setting: Setting): void {
  forEachVariant(setting, (options, domains) => {
    const whole = walk(() => makeOptimizer(setting.definition, options), domains, []);
    const parts = walk(() => makeOptimizer(setting.definition, options), domains, [1, 6]);
    whole.forEach((direction, step) => {
      expectThat(
        distance(parts[step] as PlainValues, direction) === 0,
        `saved and resumed after 1 and after 6 steps, step ${step} differs from that of a run that never stopped`,
      );
    });
  });
}

/** The directions of eight steps; at each cut the optimizer is saved and disposed, and another one resumes. */
function walk(make: () => Optimizer, domains: number, cuts: readonly number[]): PlainValues[] {
  using problem = smallNet({ domains, auxiliary: true });
  let optimizer = make();
  const directions: PlainValues[] = [];
  for (let step = 0; step < steps; step++) {
    if (cuts.includes(step)) {
      const next = make();
      handOver(optimizer, next);
      optimizer = next;
    }
    directions.push(takeStep(optimizer, problem, step, { rate: 0.05 }).direction);
  }
  optimizer[Symbol.dispose]();
  return directions;
}

/** As a checkpoint does: values as JSON, tensors copied in another order and disposed afterwards. */
function handOver(from: Optimizer, to: Optimizer): void {
  const { tensors = {}, values = {} } = from.state();
  const copies = Object.entries(tensors)
    .map(([name, tensor]) => [name, tf.tensor(Float32Array.from(tensor.dataSync()), tensor.shape)] as const)
    .reverse();
  const plain = JSON.parse(JSON.stringify(values)) as Readonly<Record<string, unknown>>;
  from[Symbol.dispose]();
  to.restore({ tensors: Object.fromEntries(copies), values: plain });
  for (const [, copy] of copies) copy.dispose();
}

function isPlain(setting: Setting): void {
  forEachVariant(setting, (options, domains) => {
    using problem = smallNet({ domains, auxiliary: true });
    using optimizer = makeOptimizer(setting.definition, options);
    for (let step = 0; step < 3; step++) takeStep(optimizer, problem, step);
    const { tensors = {}, values = {} } = optimizer.state();
    expectThat(JSON.stringify(JSON.parse(JSON.stringify(values))) === JSON.stringify(values), 'the values of its state are not JSON');
    const names = [...problem.weights.parameters];
    for (const [key, { shape }] of Object.entries(tensors)) {
      const fitting = names.filter(([, weight]) => tf.util.arraysEqual(weight.shape, shape)).map(([name]) => name);
      const named = fitting.some((name) => key === name || key.endsWith(`/${name}`));
      expectThat(
        fitting.length === 0 || named,
        `the state tensor '${key}' has the shape of ${fitting.join(', ')} but not the name, expected '<weight>' or '<slot>/<weight>'`,
      );
    }
  });
}

function fitsAnotherOrder(setting: Setting): void {
  const { definition } = setting;
  forEachVariant(setting, (options, domains) => {
    if (definition.orderMatters?.(completeOptions(definition, options) as never).includes('parameters')) return;
    using problem = smallNet({ domains, auxiliary: true });
    using reversed: Problem = smallNet({ domains, auxiliary: true, reversed: { parameters: true } });
    const first = makeOptimizer(definition, options);
    for (let step = 0; step < 2; step++) takeStep(first, problem, step);
    using there = makeOptimizer(definition, options);
    handOver(first, there);
    using straight = makeOptimizer(definition, options);
    for (let step = 0; step < 2; step++) takeStep(straight, problem, step);
    const off = distance(takeStep(there, reversed, 2).direction, takeStep(straight, problem, 2).direction);
    expectThat(off < 1e-4, `with the weights in another order the next step differs by ${off.toExponential(2)} of its largest entry`);
  });
}
