import * as tf from '@tensorflow/tfjs-core';
import type { Problem } from '../problem.ts';
import { plainQuadratics, quadraticProblem } from '../quadratic-problem.ts';
import { randomQuadratics } from '../random-quadratics.ts';
import { smallNet } from '../small-net.ts';
import { changed, distance, expectThat, makeOptimizer, type PlainValues, readStatistics, readWeights, takeStep } from '../take-step.ts';
import { watchObjective } from '../watch-objective.ts';
import { type Check, forEachRun, forEachVariant, type Setting } from './setting.ts';

/** What a step must leave unchanged, and what it must handle. */
export function careChecks(setting: Setting): Check[] {
  return [
    { name: 'puts the weights back bit for bit before it applies its direction', run: () => restores(setting) },
    {
      name: 'puts the weights back bit for bit after a throw inside, wherever it comes from, and disposes what it held',
      run: () => restoresAfterThrow(setting),
    },
    { name: 'moves running statistics exactly once a step, as one forward at the weights does', run: () => movesStatisticsOnce(setting) },
    { name: 'leaks no tensor over 20 steps, and none when disposed', run: () => leaksNothing(setting) },
    { name: 'handles a gradient of zero', run: () => handlesZeroGradient(setting) },
    { name: 'handles a batch that lacks a domain', run: () => handlesAbsentDomain(setting) },
    { name: 'gives frozen weights no direction, and gives them one again after they thaw', run: () => freezesAndThaws(setting) },
    { name: 'trains the weights that a loss owns beside those of the model', run: () => trainsLossWeights(setting) },
    { name: 'gives a weight that nothing depends on no direction', run: () => leavesUnusedAlone(setting) },
  ];
}

function restores(setting: Setting): void {
  forEachRun(setting, (options, domains) => {
    using problem = smallNet({ domains, auxiliary: true });
    using optimizer = makeOptimizer(setting.definition, options);
    for (let step = 0; step < 3; step++) {
      const before = readWeights(problem.weights);
      let moved: string[] = [];
      optimizer.step(problem.objective(step), problem.weights, () => {
        moved = changed(before, readWeights(problem.weights));
      });
      expectThat(moved.length === 0, `when step ${step} applied its direction ${moved.join(', ')} had changed, expected every bit as before`);
      const after = changed(before, readWeights(problem.weights));
      expectThat(after.length === 0, `after step ${step} ${after.join(', ')} differs, expected every bit as before`);
    }
  });
}

function restoresAfterThrow(setting: Setting): void {
  forEachVariant(setting, (options, domains) => {
    const calls = callsOfAStep(setting, options, domains);
    for (let at = 0; at <= calls; at++) {
      const where = at === calls ? 'in apply' : `in call ${at} of the objective`;
      const tensors = tf.memory().numTensors;
      throwsAt(at, where);
      const left = tf.memory().numTensors - tensors;
      expectThat(left === 0, `a throw ${where} leaves ${left} tensors behind after disposal, expected none`);
    }

    function throwsAt(at: number, where: string): void {
      using problem = smallNet({ domains, auxiliary: true });
      using optimizer = makeOptimizer(setting.definition, options);
      const before = readWeights(problem.weights);
      const { objective } = watchObjective(problem, 0, (call) => {
        if (call === at) throw new Error('thrown on purpose');
      });
      let thrown = false;
      try {
        optimizer.step(objective, problem.weights, () => {
          throw new Error('thrown on purpose');
        });
      } catch {
        thrown = true;
      }
      const after = changed(before, readWeights(problem.weights));
      expectThat(thrown, `a throw ${where} is swallowed, expected it to propagate`);
      expectThat(after.length === 0, `after a throw ${where} ${after.join(', ')} differs, expected every bit as before`);
    }
  });
}

function callsOfAStep(setting: Setting, options: object, domains: number): number {
  using problem = smallNet({ domains, auxiliary: true });
  using optimizer = makeOptimizer(setting.definition, options as never);
  const { objective, asked } = watchObjective(problem, 0);
  takeStep(optimizer, problem, 0, { objective });
  return asked.calls;
}

function movesStatisticsOnce(setting: Setting): void {
  forEachRun(setting, (options, domains) => {
    const forward = (mode: 'joint' | 'separate'): PlainValues => {
      using problem = smallNet({ domains });
      problem.objective(0).evaluate({ domains: mode })[Symbol.dispose]();
      return readStatistics(problem.weights);
    };
    using problem = smallNet({ domains, auxiliary: true });
    using optimizer = makeOptimizer(setting.definition, options);
    const { objective, asked } = watchObjective(problem, 0);
    takeStep(optimizer, problem, 0, { objective });
    expectThat(asked.updates === 1, `${asked.updates} evaluations moved the running statistics, expected exactly 1`);
    const off = Math.min(...(['joint', 'separate'] as const).map((mode) => distance(readStatistics(problem.weights), forward(mode))));
    expectThat(off < 1e-6, `the running statistics differ by ${off.toExponential(2)} from those after one forward at the weights`);
  });
}

function leaksNothing(setting: Setting): void {
  forEachVariant(setting, (options, domains) => {
    // The network for the default options; quadratics, which are faster, for the others.
    const network = Object.keys(options).length === 0;
    using problem = network ? smallNet({ domains, auxiliary: true }) : quadraticProblem(randomQuadratics(domains, true));
    const before = tf.memory().numTensors;
    const optimizer = makeOptimizer(setting.definition, options);
    const walk = (from: number, to: number) => {
      for (let step = from; step < to; step++) takeStep(optimizer, problem, step, { rate: 0.01 });
    };
    walk(0, 10);
    const settled = tf.memory().numTensors;
    walk(10, 30);
    const after = tf.memory().numTensors;
    optimizer[Symbol.dispose]();
    expectThat(after <= settled, `20 steps leave ${after - settled} tensors behind, expected none`);
    expectThat(tf.memory().numTensors <= before, `after disposal it leaves ${tf.memory().numTensors - before} tensors behind, expected none`);
  });
}

/** At the minimum of every loss, and of one domain's only. */
function handlesZeroGradient(setting: Setting): void {
  forEachRun(setting, (options, domains) => {
    const { at, domains: quadratics } = randomQuadratics(domains, false);
    for (const still of [domains, 1]) {
      const some = { at, domains: quadratics.map((one, i) => (i < still ? { ...one, center: at } : one)) };
      using problem = quadraticProblem(some);
      using optimizer = makeOptimizer(setting.definition, options);
      for (let step = 0; step < 6; step++) {
        const values = [...takeStep(optimizer, problem, step).direction.values()].flatMap((part) => [...part]);
        expectThat(
          values.every(Number.isFinite),
          `at a minimum of ${still} of the domains the direction of step ${step} is [${values}], expected finite numbers`,
        );
        const flat = plainQuadratics(some)
          .full(at)
          .every((slope) => slope === 0);
        expectThat(!flat || values.every((value) => Math.abs(value) < 1e-5), `at the minimum the direction of step ${step} is [${values}], expected zeros`);
      }
    }
  });
}

function handlesAbsentDomain(setting: Setting): void {
  for (const absent of [0, 1, 2]) {
    using problem: Problem = smallNet({ domains: 3, auxiliary: true, absent });
    using optimizer = makeOptimizer(setting.definition, {});
    for (let step = 0; step < 3; step++) {
      const { direction, report } = takeStep(optimizer, problem, step);
      const named = Object.keys(report.losses.risks).sort().join(', ');
      const present = problem.domains.filter((_, i) => i !== absent).join(', ');
      expectThat(named === present, `a batch of ${present} reports the risks of ${named}`);
      expectThat(Number.isFinite(distance(direction, direction)), `without domain${absent} the direction of step ${step} is not finite`);
    }
  }
}

function freezesAndThaws(setting: Setting): void {
  forEachVariant(setting, (options, domains) => {
    using problem = smallNet({ domains, auxiliary: true });
    using optimizer = makeOptimizer(setting.definition, options);
    const { weights } = problem;
    const frozen = ['conv1/kernel', 'bn1/gamma', 'bn1/beta'];
    const walk = (from: number, to: number, still: readonly string[]) => {
      weights.freeze(still);
      for (let step = from; step < to; step++) {
        const before = readWeights(weights);
        const { direction } = takeStep(optimizer, problem, step, { rate: 0.05 });
        const named = still.filter((name) => direction.has(name));
        expectThat(named.length === 0, `step ${step} gives the frozen ${named.join(', ')} a direction, expected none`);
        const moved = changed(before, readWeights(weights)).filter((name) => still.includes(name));
        expectThat(moved.length === 0, `step ${step} changed the frozen ${moved.join(', ')}`);
        const missing = weights.trainable.filter((name) => !direction.has(name));
        expectThat(missing.length === 0, `step ${step} gives ${missing.join(', ')} no direction, expected one for every weight that is not frozen`);
        expectThat(Number.isFinite(distance(direction, direction)), `step ${step} applied a direction that is not finite`);
      }
    };
    walk(0, 2, []);
    walk(2, 4, frozen);
    walk(4, 7, []);
    walk(
      7,
      8,
      [...weights.parameters.keys()].filter((name) => !name.startsWith('head/')),
    );
  });
}

function trainsLossWeights(setting: Setting): void {
  forEachVariant(setting, (options, domains) => {
    const before = tf.memory().numTensors;
    {
      using problem = smallNet({ domains, auxiliary: 'owning' });
      using optimizer = makeOptimizer(setting.definition, options);
      for (let step = 0; step < 3; step++) {
        const { direction } = takeStep(optimizer, problem, step, { rate: 0.05 });
        const missing = problem.weights.trainable.filter((name) => !direction.get(name)?.some((value) => value !== 0));
        expectThat(missing.length === 0, `step ${step} gives ${missing.join(', ')} no direction, expected one for every weight, those of losses included`);
        expectThat(Number.isFinite(distance(direction, direction)), `step ${step} applied a direction that is not finite`);
      }
    }
    expectThat(tf.memory().numTensors === before, `steps with a loss that owns weights leave ${tf.memory().numTensors - before} tensors behind, expected none`);
  });
}

function leavesUnusedAlone(setting: Setting): void {
  forEachVariant(setting, (options, domains) => {
    using problem = smallNet({ domains, auxiliary: true, spare: true });
    using optimizer = makeOptimizer(setting.definition, options);
    for (let step = 0; step < 3; step++) {
      const { direction } = takeStep(optimizer, problem, step, { rate: 0.05 });
      expectThat(!direction.has('spare/kernel'), `step ${step} gives a weight that no loss depends on a direction, expected none (weight decay would move it)`);
    }
  });
}
