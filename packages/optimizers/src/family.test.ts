import type { OptimizerDefinition } from '@gradalign/core';
import { makeOptimizer, quadraticProblem, smallNet, takeStep } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { asam } from './asam.ts';
import { friendlySam } from './friendly-sam.ts';
import { groupdro } from './groupdro.ts';
import { gsam } from './gsam.ts';
import { samByDomain } from './sam-by-domain.ts';
import { vrex } from './vrex.ts';

beforeAll(async () => {
  await loadEngine();
});

type Options = Readonly<Record<string, unknown>>;
const make = (definition: unknown, options: Options) => makeOptimizer(definition as Parameters<typeof makeOptimizer>[0], options);

/** Domains whose losses are ½ (θ - center)², one-dimensional. */
const line = (centers: readonly number[], at = 0) =>
  quadraticProblem({ domains: centers.map((center) => ({ curvature: [1, 1], center: [center, 0] })), at: [at, 0] });

/** The first entry of the directions of some steps on the spot. */
function directions(definition: unknown, options: Options, centers: readonly number[], steps = 1): number[] {
  using problem = line(centers);
  using optimizer = make(definition, options);
  return Array.from({ length: steps }, (_, step) => takeStep(optimizer, problem, step).direction.get('first')?.[0] as number);
}

describe('sam-by-domain', () => {
  // Centers -2 and 4: ∇R_1 = ½ (θ + 2) ascends to 0.5, ∇R_2 = ½ (θ - 4) to -0.5: 1.25 - 2.25.
  it('takes the gradient of each domain at its own point: 1.25 - 2.25 = -1', () => {
    expect(directions(samByDomain, { rho: 0.5 }, [-2, 4])[0]).toBeCloseTo(-1, 6);
  });
});

describe('friendly-sam', () => {
  // One domain with center -2, at 0: the gradient is 2 at every step on the spot, and so is m. σ = 1 leaves d = 0: no ascent.
  it('ascends as SAM at first, and not at all where the gradient is the mean of those before: 2.5, then 2', () => {
    const [first, second] = directions(friendlySam, { rho: 0.5 }, [-2], 2);
    expect(first).toBeCloseTo(2.5, 6);
    expect(second).toBeCloseTo(2, 6);
  });

  // At 0, 1, 0 the gradients are 2, 3, 2 and m is 2, then 0.6 · 2 + 0.4 · 3 = 2.4: d = 2, 1, -0.4.
  it('ascends against the gradient where the mean is larger: 2.5, 3.5, then 1.5', () => {
    using problem = line([-2]);
    using optimizer = make(friendlySam, { rho: 0.5, decay: 0.6 });
    const found = [0, 1, 0].map((at, step) => {
      problem.weights.get('first').assign(tf.tensor1d([at]));
      return takeStep(optimizer, problem, step).direction.get('first')?.[0] as number;
    });
    expect(found[0]).toBeCloseTo(2.5, 5);
    expect(found[1]).toBeCloseTo(3.5, 5);
    expect(found[2]).toBeCloseTo(1.5, 5);
  });

  it('begins anew with a weight that thaws, and keeps the mean of one that is frozen', () => {
    using problem = smallNet({ domains: 2 });
    using optimizer = make(friendlySam, {});
    const named = () => Object.keys(optimizer.state().tensors ?? {});
    problem.weights.freeze(['conv1/kernel']);
    takeStep(optimizer, problem, 0);
    expect(named()).not.toContain('conv1/kernel');
    problem.weights.freeze(['head/kernel']);
    const before = Array.from(optimizer.state().tensors?.['head/kernel']?.dataSync() ?? []);
    takeStep(optimizer, problem, 1);
    expect(named()).toContain('conv1/kernel');
    expect(Array.from(optimizer.state().tensors?.['head/kernel']?.dataSync() ?? [])).toEqual(before);
  });
});

// Centers -2 and 4: L = 2 and 8, mean 5; ∇R_1 = 1, ∇R_2 = -2.
describe('vrex', () => {
  it('weights ∇R_i by 1 + 2 β (L_i - mean): with β = 0.1 by 0.4 and 1.6, 0.4 - 3.2 = -2.8', () => {
    expect(directions(vrex, { penalty: 0.1, annealingSteps: 0 }, [-2, 4])[0]).toBeCloseTo(-2.8, 5);
  });

  // β = 1: factors -5 and 7: -5 - 14. β = 10: -59 and 61: -59 - 122.
  it('has β = 1 for its first steps and 10 from then on: -19, -19, then -181; the count is in its state', () => {
    const found = directions(vrex, { annealingSteps: 2 }, [-2, 4], 3);
    expect(found.map((value) => Math.round(value))).toEqual([-19, -19, -181]);
    using problem = line([-2, 4]);
    using resumed = make(vrex, { annealingSteps: 2 });
    resumed.restore({ values: { count: 2 } });
    expect(takeStep(resumed, problem, 0).direction.get('first')?.[0]).toBeCloseTo(-181, 3);
  });

  it('takes the variance over the domains present', () => {
    using problem = smallNet({ domains: 3, absent: 1 });
    using optimizer = make(vrex, { penalty: 3, annealingSteps: 0 });
    const { direction, report } = takeStep(optimizer, problem, 0);
    const [a, b] = Object.values(report.losses.risks).map((risk) => 3 * risk) as [number, number];
    using here = problem.objective(0).evaluate({ statistics: 'keep' });
    const factor = (own: number) => 1 + 2 * 3 * (3 / 2) * (own - (a + b) / 2);
    using expected = here.gradient({ risks: { domain0: factor(a), domain2: factor(b) } });
    const got = direction.get('head/kernel') ?? [];
    expected
      .get('head/kernel')
      ?.dataSync()
      .forEach((value, i) => {
        expect(got[i]).toBeCloseTo(value, 4);
      });
  });
});

describe('groupdro', () => {
  // L = 2 and 8, η = ln 2 / 6: exp(η L) has the ratio 2 at each step: q = 1/3, 2/3, then 1/5, 4/5. Factors 2 q.
  it('doubles the odds of a domain whose loss is larger by ln 2 / η: 2/3 - 8/3 = -2, then 2/5 - 16/5 = -2.8', () => {
    const [first, second] = directions(groupdro, { stepSize: Math.log(2) / 6 }, [-2, 4], 2);
    expect(first).toBeCloseTo(-2, 5);
    expect(second).toBeCloseTo(-2.8, 5);
  });

  it('keeps q in its state, by domain, and goes on from there', () => {
    using problem = line([-2, 4]);
    using optimizer = make(groupdro, { stepSize: Math.log(2) / 6 });
    takeStep(optimizer, problem, 0);
    const { q } = optimizer.state().values as { q: Record<string, number> };
    expect(q['domain0']).toBeCloseTo(1 / 3, 6);
    expect(q['domain1']).toBeCloseTo(2 / 3, 6);
  });

  it('leaves the odds of a domain that is absent as a loss of 0 does: q of the other two rises', () => {
    using problem = smallNet({ domains: 3, absent: 1 });
    using optimizer = make(groupdro, { stepSize: 0.5 });
    const { report } = takeStep(optimizer, problem, 0);
    const grown = ['domain0', 'domain1', 'domain2'].map((name) => Math.exp(0.5 * 3 * (report.losses.risks[name] ?? 0)));
    const sum = grown.reduce((total, value) => total + value, 0);
    const { q } = optimizer.state().values as { q: Record<string, number> };
    for (const [i, name] of ['domain0', 'domain1', 'domain2'].entries()) expect(q[name]).toBeCloseTo((grown[i] as number) / sum, 6);
  });

  it('does not overflow at a loss of 5e5', () => {
    const [found] = directions(groupdro, { stepSize: 10 }, [-2, 1000]);
    expect(found).toBeCloseTo(-1000, 2);
  });
});

describe("gsam's radius", () => {
  /** The first weight's direction on a small network where the schedule stands at `factor`. */
  function at(options: Options, factor?: number): number[] {
    using problem = smallNet({ domains: 2 });
    using optimizer = make(gsam, options);
    let found: number[] = [];
    optimizer.step(
      problem.objective(0),
      problem.weights,
      (direction) => {
        found = Array.from(direction.get('conv1/kernel')?.dataSync() ?? []);
      },
      factor,
    );
    return found;
  }

  it.each<[string, Options, number | undefined, number]>([
    ['is rho at the largest learning rate', { rhoMin: 0.02 }, 1, 0.1],
    ['is rho without a schedule', { rhoMin: 0.02 }, undefined, 0.1],
    ['is rhoMin at a learning rate of 0', { rhoMin: 0.02 }, 0, 0.02],
    ['is half way at half the learning rate', { rhoMin: 0.02 }, 0.5, 0.06],
    ['is rhoMin where the schedule has its floor', { rhoMin: 0.02, factorMin: 0.2 }, 0.2, 0.02],
    ['is half way between floor and 1', { rhoMin: 0.02, factorMin: 0.2 }, 0.6, 0.06],
    ['is rhoMin below the floor, as in a warm-up', { rhoMin: 0.02, factorMin: 0.2 }, 0.1, 0.02],
    ['is rho above 1', { rhoMin: 0.02 }, 3, 0.1],
    ['is rho at any learning rate without rhoMin', {}, 0.3, 0.1],
  ])('%s', (_, options, factor, rho) => {
    const [got, expected] = [at({ rho: 0.1, ...options }, factor), at({ rho })];
    expect(got.length).toBe(72);
    got.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 5);
    });
  });

  it('cannot have a rhoMin above rho', () => {
    expect(() => make(gsam, { rho: 0.1, rhoMin: 0.2 })).toThrow('Cannot use gsam: rhoMin is 0.2 and rho 0.1, expected a rhoMin of at most rho');
  });
});

describe('asam', () => {
  it('scales offsets of norms with scaleOffsets only: by default T = 1 for them', () => {
    using problem = smallNet({ domains: 1 });
    // θ = 0 and η = 0: scaled, an offset does not ascend at all.
    const beta = problem.weights.get('bn1/beta');
    beta.assign(tf.zerosLike(beta));
    const seen = (options: Options) => {
      const at: number[][] = [];
      using optimizer = make(asam, { eta: 0, ...options });
      const objective = problem.objective(0);
      const evaluate: typeof objective.evaluate = (chosen) => {
        at.push(Array.from(beta.dataSync()));
        return objective.evaluate(chosen);
      };
      optimizer.step({ evaluate }, problem.weights, () => {});
      return at[1] as number[];
    };
    expect(seen({}).some((value) => Math.abs(value) > 1e-3)).toBe(true);
    expect(seen({ scaleOffsets: true }).every((value) => value === 0)).toBe(true);
  });
});

it('every one declares its paper', () => {
  for (const { paper } of [samByDomain, friendlySam, vrex, groupdro, gsam] as readonly Pick<OptimizerDefinition, 'paper'>[])
    expect(paper).toMatch(/arXiv \d{4}\.\d{5}/);
});
