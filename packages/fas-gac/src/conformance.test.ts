import { matchesPattern } from '@gradalign/core';
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

interface GacOptions {
  readonly rho: number;
  readonly alpha: number;
  readonly eta: number;
  readonly adaptive: boolean;
  readonly faithfulTo: 'paper' | 'code';
  readonly ascentGradients: string;
}

/**
 * The directions of the paper and of the released class in plain numbers: g + (1/k) Σ ∇R(θ + ε_i - α along) + ∇A; of the second term the weights that
 * match. Without batch norm, separate forwards equal joint ones.
 */
const closedForm: ClosedForm = ({ k, at, domain, risk, auxiliary }, options) => {
  const { rho, alpha, eta, adaptive, faithfulTo, ascentGradients } = options as unknown as GacOptions;
  const g = Array.from({ length: k }, (_, i) => domain(i, at));
  const code = faithfulTo === 'code';
  // As the released loop runs: the accumulator grows by g_i, the ascent is what it exceeds the sum of its earlier states by.
  let accumulator: number[] = at.map(() => 0);
  let earlier: number[] = at.map(() => 0);
  const released: number[][] = [];
  for (const own of g) {
    accumulator = combine([1, accumulator], [1, own]);
    released.push(combine([1, accumulator], [-1, earlier]));
    earlier = combine([1, earlier], [1, accumulator]);
  }
  const along = code ? earlier : risk(at);
  const t = at.map((x) => (adaptive || code ? Math.abs(x) + eta : 1));
  const there = (code ? released : g).map((ascent) => {
    const scaled = ascent.map((x, d) => x * (t[d] as number));
    const epsilon = scaled.map((x, d) => (rho * x * (t[d] as number)) / norm(scaled));
    return risk(combine([1, at], [1, epsilon], [-alpha, along]));
  });
  const mean = combine(...there.map((h) => [1 / k, h] as const));
  // The five entries of θ are those of `first` (three) and `second/kernel`.
  const kept = mean.map((x, d) => (matchesPattern(ascentGradients, d < 3 ? 'first' : 'second/kernel') ? x : 0));
  return combine([1, risk(at)], [1, kept], [1, auxiliary(at)]);
};

describe('gac', () => {
  const variants = [
    { adaptive: true, eta: 0.05 },
    { domains: 'separate' },
    { faithfulTo: 'code', alpha: 0.05 },
    { alpha: 0.3, rho: 0.5 },
    { every: 2 },
    { ascentGradients: 'second/**' },
    { ascentGradients: 'head/**', domains: 'separate' },
    { ascentGradients: '!second/**', faithfulTo: 'code' },
  ];
  for (const { name, run } of optimizerChecks(gac, { closedForm, variants })) it(name, run);
});
