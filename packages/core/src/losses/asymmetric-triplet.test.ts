import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { completeOptions } from '../configuration/complete-options.ts';
import type { Auxiliary } from '../contracts/loss.ts';
import { createRandom } from '../contracts/seed.ts';
import { auxiliaryBatch } from '../testing/auxiliary-batch.ts';
import { asymmetricTriplet } from './asymmetric-triplet.ts';
import { tripletTerms } from './triplet-terms.ts';

beforeAll(async () => {
  await loadEngine();
});

const make = (options: object = {}, classes = ['attack', 'live']) =>
  asymmetricTriplet.create(completeOptions(asymmetricTriplet, options as never) as never, { classes }) as Auxiliary;

/** Unit vectors at these angles, in degrees: their distance is 2 sin(half the angle between them). */
function valueAt(loss: Auxiliary, angles: readonly number[], labels: readonly number[], domains: readonly number[], views = 1): number {
  const rows = angles.map((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)].map((x) => 5 * x));
  return tf.tidy(() => loss.value(auxiliaryBatch({ features: tf.tensor2d(rows), labels, domains, views })).dataSync()[0] as number);
}

const chord = (degrees: number) => 2 * Math.sin((degrees * Math.PI) / 360);

describe('all triplets', () => {
  // Anchors 0° and 60° are bona fide of two domains (one class), 90° an attack. d(0, 60) = 1, d(0, 90) = √2, d(60, 90) = 0.5176. With m = 0.1 the anchor at 0° has
  // 1 - √2 + 0.1 < 0, the one at 60° has 1 - 0.5176 + 0.1. The attack has no positive.
  it('of bona fide at 0° and 60° and an attack at 90° is 2 (1 - 0.51764 + 0.1), from one triplet', () => {
    expect(valueAt(make(), [0, 60, 90], [1, 1, 0], [0, 1, 0])).toBeCloseTo(2 * (1.1 - chord(30)), 4);
  });

  it('takes attacks of two domains as two classes: at one place they have no triplet with each other', () => {
    // Attacks of domains 0 and 1 at 0° and 60°, a bona fide at 180°: no class has two members.
    expect(valueAt(make(), [0, 60, 180], [0, 0, 1], [0, 1, 0])).toBe(0);
    // Of one domain they are a class: anchors 0° and 60°, 1 - 2 + 0.1 < 0 and 1 - √3 + 0.1 < 0; m = 1 counts both.
    expect(valueAt(make({ margin: 1 }), [0, 60, 180], [0, 0, 1], [1, 1, 0])).toBeCloseTo(2 * (2 - chord(120)), 4);
  });

  it('is the mean over the triplets above 0 alone', () => {
    // m = 0.6: the anchor at 0° gives 1 - √2 + 0.6, the one at 60° 1 - 0.5176 + 0.6.
    const expected = (1.6 - chord(90) + (1.6 - chord(30))) / 2;
    expect(valueAt(make({ margin: 0.6, weight: 1 }), [0, 60, 90], [1, 1, 0], [0, 1, 0])).toBeCloseTo(expected, 4);
  });

  it('takes views as further samples of their class', () => {
    // Two samples in two views: bona fide at 0° and 60°, attack at 90° and 90°: the anchor at 60° meets the attack twice; attacks are 0 apart.
    const expected = 1.1 - chord(30);
    expect(valueAt(make({ weight: 1 }), [0, 90, 60, 90], [1, 0], [0, 0], 2)).toBeCloseTo(expected, 4);
  });
});

it('with mining: hardest, the farthest positive and the nearest negative of each anchor count, easy anchors as 0', () => {
  // Bona fide at 0°, 40°, 60°, attacks of one domain at 90°, 100°. m = 0.1.
  const terms = [chord(60) - chord(90), chord(40) - chord(50), chord(60) - chord(30), chord(10) - chord(30), chord(10) - chord(40)].map((term) =>
    Math.max(0, term + 0.1),
  );
  const expected = terms.reduce((sum, term) => sum + term, 0) / 5;
  expect(valueAt(make({ mining: 'hardest', weight: 1 }), [0, 40, 60, 90, 100], [1, 1, 1, 0, 0], [0, 1, 2, 2, 2])).toBeCloseTo(expected, 4);
});

it.each(['all', 'hardest'] as const)('%s: agrees with the sum over all triplets, written out, in value and gradient', (mining) => {
  const random = createRandom(['triplets']);
  const n = 14;
  const classOf = Array.from({ length: n }, () => random.integer(3));
  const distances = new Float32Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) distances[i * n + j] = distances[j * n + i] = random.uniform(0, 2);
  const plain = (d: Float32Array): number => {
    const each = Array.from({ length: n }, (_, a) => {
      const positives = classOf.flatMap((c, p) => (p !== a && c === classOf[a] ? [d[a * n + p] as number] : []));
      const negatives = classOf.flatMap((c, q) => (c !== classOf[a] ? [d[a * n + q] as number] : []));
      const pairs =
        mining === 'hardest' && positives.length > 0
          ? [[Math.max(...positives), Math.min(...negatives)] as const]
          : positives.flatMap((p) => negatives.map((q) => [p, q] as const));
      return pairs.map(([p, q]) => Math.max(0, p - q + 0.3));
    });
    const values = each.flat();
    return (
      values.reduce((sum, value) => sum + value, 0) /
      (mining === 'hardest' ? each.filter(({ length }) => length > 0).length : values.filter((v) => v > 0).length)
    );
  };
  const { factors, constant } = tripletTerms(distances, classOf, { margin: 0.3, mining });
  const dot = (d: Float32Array) => d.reduce((sum, value, i) => sum + value * (factors[i] as number), constant);
  expect(dot(distances)).toBeCloseTo(plain(distances), 5);
  for (const at of [1, 17, 40, 100, 150]) {
    const moved = Float32Array.from(distances);
    moved[at] = (moved[at] as number) + 1e-4;
    expect((plain(moved) - plain(distances)) / 1e-4).toBeCloseTo(factors[at] as number, 2);
  }
});

it('has a finite gradient where features coincide, and none where nothing counts', () => {
  const features = tf.tensor2d([
    [1, 0],
    [1, 0],
    [1, 0],
  ]);
  const slope = (labels: readonly number[]) => [
    ...tf
      .grad((x: tf.Tensor) => make().value(auxiliaryBatch({ features: x as tf.Tensor2D, labels })))(features)
      .dataSync(),
  ];
  expect(slope([1, 1, 0])).toEqual([0, 0, 0, 0, 0, 0]);
  expect(slope([1, 1, 1])).toEqual([0, 0, 0, 0, 0, 0]);
});

it('refuses three classes', () => {
  expect(() => make({}, ['a', 'b', 'c'])).toThrow("Cannot use loss 'asymmetric-triplet': the data has 3 classes (a, b, c), expected 2, attack and bona fide");
});
