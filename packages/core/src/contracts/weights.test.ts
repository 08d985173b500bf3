import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { Gradients } from './gradients.ts';
import { Weights } from './weights.ts';

beforeAll(async () => {
  await loadEngine();
});

const number = fc.float({ min: -1e6, max: 1e6, noNaN: true });
const values = fc.array(number, { minLength: 3, maxLength: 3 });
const bits = (weights: Weights, name: string) => [...new Uint32Array(Float32Array.from(weights.get(name).dataSync()).buffer)];

it('whatever the shifts, nested and thrown out of, every weight comes back bit for bit, and no tensor stays', () =>
  fc.assert(
    fc.property(values, values, values, fc.boolean(), (at, outer, inner, throws) => {
      const before = tf.memory().numTensors;
      {
        using weights = new Weights({ a: tf.tensor1d(at), b: tf.tensor1d(at) });
        const start = bits(weights, 'a');
        using first = new Gradients(new Map([['a', tf.tensor1d(outer)]]));
        using second = new Gradients(
          new Map([
            ['a', tf.tensor1d(inner)],
            ['b', tf.tensor1d(inner)],
          ]),
        );
        const body = () => {
          if (throws) throw new Error('on purpose');
          return [...weights.get('a').dataSync()];
        };
        const run = () => weights.shifted(first, () => weights.shifted(second, body));
        if (throws) expect(run).toThrow('on purpose');
        else {
          // The engine flushes denormal numbers to zero.
          run().forEach((value, d) => {
            expect(Math.abs(value - Math.fround(Math.fround((at[d] as number) + (outer[d] as number)) + (inner[d] as number)))).toBeLessThan(1e-30);
          });
        }
        expect([bits(weights, 'a'), bits(weights, 'b')]).toEqual([start, start]);
      }
      expect(tf.memory().numTensors).toBe(before);
    }),
    { numRuns: 40 },
  ));

it('a linear combination is that of its numbers, whatever each term names', () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(number, values, fc.constantFrom('a', 'b', 'both')), { minLength: 1, maxLength: 5 }), (terms) => {
      const small = terms.map(([factor, vector, names]) => [factor / 1e6, vector.map((x) => x / 1e6), names === 'both' ? ['a', 'b'] : [names]] as const);
      const sets = small.map(([, vector, names]) => new Gradients(new Map(names.map((name) => [name, tf.tensor1d(vector)]))));
      using sum = Gradients.combine(sets.map((set, i) => [small[i]?.[0] as number, set]));
      for (const name of ['a', 'b']) {
        const naming = small.filter(([, , names]) => names.includes(name));
        const got = sum.get(name)?.dataSync();
        expect(got === undefined).toBe(naming.length === 0);
        got?.forEach((value, d) => {
          expect(Math.abs(value - naming.reduce((total, [factor, vector]) => total + factor * (vector[d] as number), 0))).toBeLessThan(1e-5);
        });
      }
      for (const set of sets) set[Symbol.dispose]();
    }),
    { numRuns: 40 },
  ));

it('joined, two models are one set of variables under their prefixes, which their owners dispose', () => {
  const before = tf.memory().numTensors;
  {
    using a = new Weights({ w: tf.scalar(1) });
    using b = new Weights({ w: tf.scalar(2) }, { mean: tf.scalar(3) });
    {
      using all = Weights.joined({ '': a, 'losses/': b });
      expect([[...all.parameters.keys()], [...all.statistics.keys()]]).toEqual([['w', 'losses/w'], ['losses/mean']]);
      const five = tf.scalar(5);
      all.assign('losses/w', five);
      five.dispose();
      all.freeze(['w']);
      expect([all.trainable, a.trainable]).toEqual([['losses/w'], ['w']]);
    }
    expect([a.get('w').dataSync()[0], b.get('w').dataSync()[0]]).toEqual([1, 5]);
    expect(() => Weights.joined({ '': a, x: a })).not.toThrow();
    using c = new Weights({ 'x/w': tf.scalar(0) });
    expect(() => Weights.joined({ '': c, 'x/': a })).toThrow("Cannot join weights: two of them are named 'x/w', expected each name once");
  }
  expect(tf.memory().numTensors).toBe(before);
});
