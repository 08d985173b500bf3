import { type Gradients, matchesPattern, type Objective, UserError, type Weights } from '@gradalign/core';
import { makeOptimizer, type Options, type PlainValues, type Problem, quadraticProblem, smallNet, takeStep } from '@gradalign/core/testing';
import { loadEngine, setFusedKernels } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { asam } from '../../optimizers/src/asam.ts';
import { erm } from '../../optimizers/src/erm.ts';
import { gac } from './gac.ts';

beforeAll(async () => {
  await loadEngine();
});

type Definition = Parameters<typeof makeOptimizer>[0];
function directionOf(definition: unknown, options: Options, problem: Problem, step = 0): PlainValues {
  using optimizer = makeOptimizer(definition as Definition, options);
  return takeStep(optimizer, problem, step).direction;
}

const net = (options: Partial<Parameters<typeof smallNet>[0]> = {}) => smallNet({ domains: 3, auxiliary: true, ...options });
const expectClose = (got: PlainValues, expected: (name: string, i: number) => number) => {
  for (const [name, values] of got) {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    values.forEach((value, i) => {
      expect(Math.abs(value - expected(name, i)) / largest, `${name} ${i}`).toBeLessThan(1e-4);
    });
  }
};

describe('ascentGradients', () => {
  it.each([{ domains: 'joint' }, { domains: 'separate' }, { adaptive: true }, { faithfulTo: 'code' }])(
    '%j: the weights that match move as with all, the others by g + ∇A',
    (options) => {
      using problem = net();
      const whole = directionOf(gac, options, problem);
      const head = directionOf(gac, { ...options, ascentGradients: 'head/**' }, problem);
      using here = problem.objective(0).evaluate({ statistics: 'keep', domains: options.domains === 'separate' ? 'separate' : 'joint' });
      using plain = here.gradient('full');
      expectClose(head, (name, i) => (matchesPattern('head/**', name) ? whole.get(name)?.[i] : plain.get(name)?.dataSync()[i]) as number);
    },
  );

  it('takes no backward pass through what it leaves out: no gradient of a convolution at the ascending points', async () => {
    using problem = net();
    // TensorFlow's own kernels have the names that tf.profile lists.
    setFusedKernels(false);
    const counts = async (options: Options) => {
      const { kernels } = await tf.profile(() => void directionOf(gac, options, problem));
      return kernels.filter(({ name }) => name === 'Conv2DBackpropFilter').length;
    };
    const [head, all] = [await counts({ ascentGradients: 'head/**' }), await counts({})];
    setFusedKernels(true);
    // Two convolutions; three pullbacks of domains and one of A at θ; three more at the ascending points.
    expect([head, all]).toEqual([2 * 4, 2 * 7]);
  });

  it('asks for gradients of the head alone there', () => {
    using problem = net();
    const asked: string[][] = [];
    const objective = problem.objective(0);
    const watched: Objective = {
      evaluate(options) {
        const evaluation = objective.evaluate(options);
        return {
          ...evaluation,
          gradient(of, last) {
            const found = evaluation.gradient(of, last);
            if (options?.statistics === 'keep') asked.push([...found.names]);
            return found;
          },
        };
      },
    };
    using optimizer = makeOptimizer(gac as unknown as Definition, { ascentGradients: 'head/**' });
    takeStep(optimizer, problem, 0, { objective: watched });
    expect(asked).toEqual([['head/kernel'], ['head/kernel'], ['head/kernel']]);
  });

  it('that no weight matches is refused before training, with what is there', () => {
    using problem = net();
    const check = (pattern: string) => () => {
      using optimizer = makeOptimizer(gac as unknown as Definition, { ascentGradients: pattern });
      optimizer.checkWeights?.(problem.weights);
    };
    expect(check('haed/**')).toThrow(
      "Cannot use optimizer.ascentGradients: no weight matches 'haed/**', expected a pattern of weight names: '**', or of conv1/**, bn1/**, conv2/**, bn2/**, head/**; did you mean 'head/**'?",
    );
    expect(check('haed/**')).toThrow(UserError);
    for (const pattern of ['**', 'head/**', '!head/**', '**/gamma', 'conv*/kernel']) expect(check(pattern), pattern).not.toThrow();
  });

  it('of a head that is frozen leaves plain g + ∇A', () => {
    using problem = net();
    problem.weights.freeze(['head/kernel']);
    const found = directionOf(gac, { ascentGradients: 'head/**' }, problem);
    const plain = directionOf(erm, {}, problem);
    expectClose(found, (name, i) => plain.get(name)?.[i] as number);
  });
});

describe('watch', () => {
  // g_1 = (1, 0), g_2 = (-1, 1), ∇R(θ) = θ + (0, 1). θ_1 = (0.5, -0.1) and θ_2 = (-0.3536, 0.2536): h_1 = (0.5, 0.9), h_2 = (-0.3536, 1.2536).
  it.each(['paper', 'code'])('receives g_1, g_2, h_1 and h_2 with the names of their domains (%s), and the direction stays', (faithfulTo) => {
    const domains = [
      { curvature: [1, 1], center: [-2, 0] },
      { curvature: [1, 1], center: [2, -2] },
    ];
    using problem = quadraticProblem({ domains, at: [0, 0] });
    const seen: (string | number[])[][] = [];
    const chosen = { rho: 0.5, alpha: 0.1, faithfulTo };
    using optimizer = makeOptimizer(gac as unknown as Definition, chosen);
    const directions: number[][] = [];
    const values = (gradients: Gradients) => gradients.names.flatMap((name) => [...(gradients.get(name)?.dataSync() ?? [])]);
    const objective = problem.objective(0);
    optimizer.step(
      objective,
      problem.weights,
      (direction) => directions.push(values(direction)),
      1,
      (at, domain, gradients) => seen.push([at, domain, values(gradients)]),
    );
    const names = problem.objective(0).evaluate({ statistics: 'keep' });
    const [first, second] = names.domains;
    names[Symbol.dispose]();
    expect(seen.map(([at, domain]) => [at, domain])).toEqual([
      ['weights', first],
      ['weights', second],
      ['ascending points', first],
      ['ascending points', second],
    ]);
    expect([seen[0]?.[2], seen[1]?.[2]]).toEqual([
      [1, 0],
      [-1, 1],
    ]);
    if (faithfulTo === 'paper') {
      expect(seen[2]?.[2]).toEqual([0.5, 0.9].map((number) => expect.closeTo(number, 5)));
      expect(seen[3]?.[2]).toEqual([-0.5 * Math.SQRT1_2, 0.9 + 0.5 * Math.SQRT1_2].map((number) => expect.closeTo(number, 5)));
    }
    expect(directions).toEqual([[...directionOf(gac, chosen, problem).values()].flatMap((each) => [...each])]);
  });
});

describe('adaptive', () => {
  it.each([0, 0.05])('gac and asam ascend to the same point (η = %d): of one domain, gac is g plus what asam takes there', (eta) => {
    using problem = net({ domains: 1, auxiliary: false });
    setOffsets(problem.weights);
    const [g, there] = [directionOf(erm, {}, problem), directionOf(asam, { rho: 0.3, eta }, problem)];
    const found = directionOf(gac, { rho: 0.3, alpha: 0, adaptive: true, eta }, problem);
    expectClose(found, (name, i) => (g.get(name)?.[i] as number) + (there.get(name)?.[i] as number));
    const letter = directionOf(asam, { rho: 0.3, eta, scaleOffsets: true }, problem);
    const off = Math.abs((letter.get('conv1/kernel')?.[0] as number) - (there.get('conv1/kernel')?.[0] as number));
    expect(off).toBeGreaterThan(1e-4);
  });

  /** Offsets of a size that makes scaling them differ. */
  function setOffsets(weights: Weights): void {
    for (const name of ['bn1/beta', 'bn2/beta']) {
      const moved = tf.tidy(() => tf.add(tf.mul(weights.get(name), 0), 0.4));
      weights.assign(name, moved);
      moved.dispose();
    }
  }
});

describe('faithfulTo: code', () => {
  it.each([0, 1, 2])('takes batches that lack domain %i of three: two ascending points, and their mean', (absent) => {
    using problem = net({ absent });
    let points = 0;
    const objective = problem.objective(0);
    const evaluate: Objective['evaluate'] = (options) => {
      if (options?.statistics === 'keep') points++;
      return objective.evaluate(options);
    };
    using optimizer = makeOptimizer(gac as unknown as Definition, { faithfulTo: 'code' });
    const { direction } = takeStep(optimizer, problem, 0, { objective: { evaluate } });
    expect(points).toBe(2);
    expect([...direction.values()].every((values) => values.every(Number.isFinite))).toBe(true);
  });

  // At θ = 0 with centers -2, 0, 4: ∇R = 2/3, 0, -4/3; the loss of the second is exactly 0. |θ| + 1 = 1: T = 1. ρ = 0.3, α = 0: ascents to 0.3, and
  // along g3 - g1 < 0 to -0.3; the mean of ∇R there is that at 0, -2/3.
  it('a domain whose loss is exactly 0 takes no ascent: the mean is over the others', () => {
    const domains = [-2, 0, 4].map((center) => ({ curvature: [1, 1], center: [center, 0] }));
    using problem = quadraticProblem({ domains, at: [0, 0] });
    const found = directionOf(gac, { faithfulTo: 'code', rho: 0.3, alpha: 0, eta: 1 }, problem);
    expect(found.get('first')?.[0]).toBeCloseTo(-4 / 3, 5);
    // With α = 0.1 both points lie 0.1 (3 · 2/3 + 0 - 4/3) = 1/15 lower.
    const moved = directionOf(gac, { faithfulTo: 'code', rho: 0.3, alpha: 0.1, eta: 1 }, problem);
    expect(moved.get('first')?.[0]).toBeCloseTo(-4 / 3 - 1 / 15, 5);
  });
});
