import { expect, it } from 'vitest';
import { createRandom, createSeed } from './seed.ts';

it('the same seed, stream and keys give the same numbers, in whatever order they are asked for', () => {
  const draw = (epoch: number, index: number) => createSeed(7).stream('domain-batches').at(epoch, index).uniform();
  const [b, a] = [draw(0, 1), draw(0, 0)];
  expect([draw(0, 0), draw(0, 1)]).toEqual([a, b]);
});

it('the first numbers of a stream never change: checkpoints and data sets depend on them', () => {
  const random = createSeed(7).stream('domain-batches').at(1, 'a');
  expect([random.integer(1000), random.integer(1000), random.integer(1000)]).toMatchInlineSnapshot(`
    [
      784,
      878,
      424,
    ]
  `);
});

it('another seed, stream or key gives other numbers; 1 and "1", and ["a", "bc"] and ["ab", "c"], are different keys', () => {
  const seed = createSeed(7);
  const first = [
    seed.stream('a').at(1),
    seed.stream('a').at(2),
    seed.stream('a').at('1'),
    seed.stream('b').at(1),
    seed.stream('a').at(1, 0),
    seed.stream('x').at('a', 'bc'),
    seed.stream('x').at('ab', 'c'),
    createSeed(8).stream('a').at(1),
  ].map((random) => random.uniform());
  expect(new Set(first).size).toBe(first.length);
});

it('uniform numbers have mean 1/2 and variance 1/12, also as the first numbers of neighboring keys', () => {
  const n = 20_000;
  const one = createRandom([3]);
  for (const values of [Array.from({ length: n }, () => one.uniform()), Array.from({ length: n }, (_, i) => createRandom([3, 'stream', i]).uniform())]) {
    const mean = values.reduce((a, b) => a + b) / n;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean).toBeCloseTo(1 / 2, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
  }
});

it('first numbers of neighboring keys are not correlated', () => {
  const values = Array.from({ length: 20_000 }, (_, i) => createRandom([0, 'batches', i]).uniform() - 0.5);
  const covariance = values.slice(1).reduce((sum, v, i) => sum + v * (values[i] as number), 0) / values.length;
  expect(Math.abs(covariance * 12)).toBeLessThan(0.03);
});

it('normal numbers have mean 0, variance 1, and 95 % of them within 1.96', () => {
  const random = createRandom(['normal']);
  const values = Array.from({ length: 20_000 }, () => random.normal());
  const mean = values.reduce((a, b) => a + b) / values.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length).toBeCloseTo(1, 1);
  expect(values.filter((v) => Math.abs(v) < 1.96).length / values.length).toBeCloseTo(0.95, 2);
});

it('a shuffle keeps every item and puts each in each place equally often', () => {
  const random = createRandom(['shuffle']);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 8000; i++) {
    const shuffled = random.shuffle([0, 1, 2, 3]);
    expect([...shuffled].sort()).toEqual([0, 1, 2, 3]);
    counts[shuffled.indexOf(0)] = (counts[shuffled.indexOf(0)] as number) + 1;
  }
  for (const count of counts) expect(count / 8000).toBeCloseTo(1 / 4, 1);
});

it('picking from nothing is an error', () => {
  expect(() => createRandom([0]).pick([])).toThrow('Cannot pick an item: the list is empty, expected at least one');
});
