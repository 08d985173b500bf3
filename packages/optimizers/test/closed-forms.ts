import { createSeed } from '@gradalign/core';
import type { ClosedForm } from '@gradalign/core/testing';

type Vector = readonly number[];

/** The papers' formulas in plain numbers, for quadratics, whose gradients are known. */
export const closedForms: Readonly<Record<string, ClosedForm>> = {
  erm: ({ at, full }) => full(at),
  sam: ({ at, full }, { rho }) => full(add(at, along(full(at), rho as number))),
  // The quadratics' weights are no offsets: all are scaled.
  asam({ at, full }, { rho, eta }) {
    const t = at.map((x) => Math.abs(x) + (eta as number));
    const scaled = times(t, full(at));
    return full(add(at, times(t, along(scaled, rho as number))));
  },
  gsam({ at, full }, { rho, alpha }) {
    const g = full(at);
    const gp = full(add(at, along(g, rho as number)));
    const parallel = scale(dot(g, gp) / dot(gp, gp), gp);
    return subtract(gp, scale(alpha as number, subtract(g, parallel)));
  },
  // The first step is SAM's.
  looksam: ({ at, full }, { rho }) => full(add(at, along(full(at), rho as number))),
  sagm({ at, full }, { rho, alpha }) {
    const g = full(at);
    const there = full(subtract(add(at, along(g, rho as number)), scale(alpha as number, g)));
    return scale(0.5, add(g, there));
  },
  // The first step is SAM's.
  'friendly-sam': ({ at, full }, { rho }) => full(add(at, along(full(at), rho as number))),
  'sam-by-domain'({ k, at, domain, auxiliary }, { rho }) {
    const parts = indices(k).map((i) => domain(i, add(at, along(domain(i, at), rho as number))));
    return [...parts, auxiliary(at)].reduce(add);
  },
  vrex({ k, at, loss, domain, auxiliary }, { penalty, annealingSteps }) {
    const beta = (annealingSteps as number) > 0 ? 1 : (penalty as number);
    const losses = indices(k).map((i) => loss(i, at));
    const mean = losses.reduce((sum, value) => sum + value, 0) / k;
    return [...losses.map((value, i) => scale(1 + 2 * beta * (value - mean), domain(i, at))), auxiliary(at)].reduce(add);
  },
  groupdro({ k, at, loss, domain, auxiliary }, { stepSize }) {
    const grown = indices(k).map((i) => Math.exp((stepSize as number) * loss(i, at)));
    const sum = grown.reduce((total, value) => total + value, 0);
    return [...grown.map((value, i) => scale((k * value) / sum, domain(i, at))), auxiliary(at)].reduce(add);
  },
  disam({ k, at, loss, domain, auxiliary, full }, { rho, lambda }) {
    const losses = indices(k).map((i) => loss(i, at));
    const mean = losses.reduce((sum, value) => sum + value, 0) / k;
    const parts = losses.map((value, i) => scale(1 - 2 * (lambda as number) * (value - mean), domain(i, at)));
    return full(add(at, along([...parts, auxiliary(at)].reduce(add), rho as number)));
  },
  fish({ k, at, domain, auxiliary }, { innerLearningRate, order }) {
    const rate = (innerLearningRate as number) * k;
    let inner: Vector = at;
    for (const i of order === 'listed' ? indices(k) : drawn('fish', k, 0)) inner = subtract(inner, scale(rate, domain(i, inner)));
    return add(scale(1 / rate, subtract(at, inner)), auxiliary(at));
  },
  pcgrad({ k, at, domain, auxiliary }, { order }) {
    const projected = indices(k).map((i) => {
      let p: Vector = domain(i, at);
      for (const j of order === 'listed' ? indices(k) : drawn('pcgrad', k, 0, `domain${i}`)) if (j !== i) p = away(p, domain(j, at));
      return p;
    });
    return [...projected, auxiliary(at)].reduce(add);
  },
  extragradient: ({ at, full }, { lookahead }) => full(subtract(at, scale(lookahead as number, full(at)))),
};

const add = (a: Vector, b: Vector): number[] => a.map((x, d) => x + (b[d] as number));
const subtract = (a: Vector, b: Vector): number[] => a.map((x, d) => x - (b[d] as number));
const times = (a: Vector, b: Vector): number[] => a.map((x, d) => x * (b[d] as number));
const scale = (factor: number, a: Vector): number[] => a.map((x) => factor * x);
const dot = (a: Vector, b: Vector): number => times(a, b).reduce((sum, x) => sum + x, 0);
const along = (a: Vector, length: number): number[] => scale(length / Math.sqrt(dot(a, a)), a);
const away = (a: Vector, b: Vector): number[] => (dot(a, b) < 0 ? subtract(a, scale(dot(a, b) / dot(b, b), b)) : [...a]);
const indices = (k: number): number[] => Array.from({ length: k }, (_, i) => i);

/** The order in a first step, from the stream that domain-order.ts uses. */
function drawn(stream: string, k: number, ...keys: readonly (number | string)[]): number[] {
  const names = createSeed(0)
    .stream(stream)
    .at(...keys)
    .shuffle(indices(k).map((i) => `domain${i}`));
  return names.map((name) => Number(name.slice('domain'.length)));
}
