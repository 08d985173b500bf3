import { type ClosedForm, optimizerChecks } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import { beforeAll, describe, it } from 'vitest';
import { gac } from './gac.ts';

beforeAll(async () => {
  await loadEngine();
});

type Vector = readonly number[];
const combine = (...terms: readonly (readonly [factor: number, vector: Vector])[]): number[] =>
  (terms[0]?.[1] ?? []).map((_, d) => terms.reduce((sum, [factor, vector]) => sum + factor * (vector[d] as number), 0));
const norm = (a: Vector): number => Math.sqrt(a.reduce((sum, x) => sum + x * x, 0));

/** The directions of the paper and of the released class in plain numbers: g + (1/k) Σ ∇R(θ + ε_i - α along) + ∇A. Without batch norm, separate forwards equal joint ones. */
const closedForm: ClosedForm = ({ k, at, domain, risk, auxiliary }, options) => {
  const { rho, alpha, eta, adaptive, faithfulTo } = options as { rho: number; alpha: number; eta: number; adaptive: boolean; faithfulTo: 'paper' | 'code' };
  const g = Array.from({ length: k }, (_, i) => domain(i, at));
  const [g1 = [], g2 = [], g3 = []]: Vector[] = g;
  const code = faithfulTo === 'code';
  const ascents = code ? [g1, g2, combine([1, g3], [-1, g1])] : g;
  const along = code ? combine([3, g1], [2, g2], [1, g3]) : risk(at);
  const t = at.map((x) => (adaptive || code ? Math.abs(x) + eta : 1));
  const there = ascents.map((ascent) => {
    const scaled = ascent.map((x, d) => x * (t[d] as number));
    const epsilon = scaled.map((x, d) => (rho * x * (t[d] as number)) / norm(scaled));
    return risk(combine([1, at], [1, epsilon], [-alpha, along]));
  });
  return combine([1, risk(at)], ...there.map((h) => [1 / k, h] as const), [1, auxiliary(at)]);
};

describe('gac', () => {
  const variants = [{ adaptive: true, eta: 0.05 }, { domains: 'separate' }, { faithfulTo: 'code', alpha: 0.05 }, { alpha: 0.3, rho: 0.5 }, { every: 2 }];
  for (const { name, run } of optimizerChecks(gac, { closedForm, variants })) it(name, run);
});
