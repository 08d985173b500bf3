import { expect, it } from 'vitest';
import { type LossValleyOptions, type LossValleyState, nextLoss, noEvaluations } from './loss-valley.ts';

const follow = (losses: readonly number[], options: LossValleyOptions): LossValleyState =>
  losses.reduce<LossValleyState>((valley, loss) => nextLoss(valley, loss, options), noEvaluations);

const paper = { optimumPatience: 3, overfitPatience: 6, tolerance: 1.3 };

it('begins where a loss is the lowest of the N_s from it on, and its limit is r times their mean', () => {
  expect(follow([5, 4, 3, 2], paper)).toEqual({ evaluations: 4, recent: [4, 3, 2] });
  expect(follow([5, 4, 3, 2, 2.1, 2.2], paper)).toEqual({ evaluations: 6, recent: [], start: 4, limit: expect.closeTo(1.3 * 2.1, 10), inside: 6 });
  // Equal losses: the minimum is the first as well.
  expect(follow([1, 1, 1], paper)).toMatchObject({ start: 1, limit: expect.closeTo(1.3, 10) });
});

it('ends N_e losses above the limit ago: with N_e = 6, five of them do not end it, the sixth does', () => {
  const valley = [2, 2.1, 2.2, 2.3];
  expect(follow([...valley, 3, 3, 3, 3, 3], paper)).toMatchObject({ inside: 4 });
  expect(follow([...valley, 3, 3, 3, 3, 3], paper).end).toBeUndefined();
  expect(follow([...valley, 3, 3, 3, 3, 3, 3], paper).end).toBe(4);
  expect(follow([...valley, 3, 3, 3, 3, 3, 2, 3, 3, 3, 3, 3, 3, 0, 0], paper).end).toBe(10);
});

/** The paper's algorithm as it is printed, over a whole curve of losses (E_1 is `losses[0]`). */
function algorithmOne(losses: readonly number[], { optimumPatience, overfitPatience, tolerance }: LossValleyOptions): { start: number; end: number } {
  let start = 0;
  let limit: number | undefined;
  const last = (i: number, n: number) => losses.slice(Math.max(0, i - n), i);
  for (let i = 1; i <= losses.length; i++) {
    if (limit === undefined) {
      const recent = last(i, optimumPatience);
      if (recent.length === optimumPatience && recent[0] === Math.min(...recent)) {
        start = i - optimumPatience + 1;
        limit = (tolerance / optimumPatience) * recent.reduce((a, b) => a + b);
      }
    } else if (limit < Math.min(...last(i, overfitPatience))) return { start, end: i - overfitPatience };
  }
  return { start, end: losses.length };
}

it('agrees with the printed algorithm on 2,000 curves, whatever the patiences', () => {
  let x = 1;
  // Park and Miller's generator: the same curves every time.
  const random = () => {
    x = (x * 16807) % 2147483647;
    return x / 2147483647;
  };
  let found = 0;
  for (let curve = 0; curve < 2000; curve++) {
    const options = { optimumPatience: 1 + Math.floor(random() * 4), overfitPatience: 1 + Math.floor(random() * 5), tolerance: 1 + random() * 0.5 };
    const losses = Array.from({ length: 25 }, (_, i) => (i - 8) ** 2 / 60 + 0.5 + random());
    const valley = follow(losses, options);
    const printed = algorithmOne(losses, options);
    expect({ start: valley.start ?? 0, end: valley.end ?? losses.length }).toEqual(printed);
    if (valley.end !== undefined) found++;
    else if (valley.inside !== undefined) expect(valley.inside).toBeLessThanOrEqual(losses.length);
  }
  expect(found).toBeGreaterThan(1000);
});
