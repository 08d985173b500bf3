import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectClose } from '../../test/agreement.ts';
import { irregular } from '../../test/irregular.ts';
import { batchNorm, conv2d, loadEngine, maxPool, recordTape, relu } from '../index.ts';

beforeAll(async () => {
  await loadEngine();
});

const values = (tensor: tf.Tensor | undefined) => tensor && Array.from(tensor.dataSync());
const one = () => tf.scalar(1);

describe('a pullback', () => {
  test('of x² y at (3, 5) is (30, 9) times the cotangent', () => {
    const [x, y] = [tf.scalar(3), tf.scalar(5)];
    const { result, tape } = recordTape(() => tf.mul(tf.square(x), y));
    expect(tape.pullback([{ output: result, cotangent: tf.scalar(2) }], [x, y]).map(values)).toEqual([[60], [18]]);
    tape.dispose();
  });

  test('can be taken any number of times of one forward, which runs once', () => {
    const x = tf.tensor1d([1, 2, 3]);
    let forwards = 0;
    const { result, tape } = recordTape(() => {
      forwards++;
      return tf.unstack(tf.square(x));
    });
    const slopes = result.map((output) => values(tape.pullback([{ output, cotangent: one() }], [x])[0]));
    expect(slopes).toEqual([
      [2, 0, 0],
      [0, 4, 0],
      [0, 0, 6],
    ]);
    expect(forwards).toBe(1);
    tape.dispose();
  });

  test('of several outputs is the sum of theirs', () => {
    const x = tf.tensor1d([1, 2, 3]);
    const { result, tape } = recordTape(() => [tf.sum(tf.square(x)), tf.mul(x, 10)] as const);
    const cotangents = [
      { output: result[0], cotangent: one() },
      { output: result[1], cotangent: tf.tensor1d([1, 0, -1]) },
      { output: result[1], cotangent: tf.tensor1d([0, 1, 0]) },
    ];
    expect(values(tape.pullback(cotangents, [x])[0])).toEqual([12, 14, -4]);
    tape.dispose();
  });

  test('is undefined for a source without a path, and for a path through integers', () => {
    const [x, y, z] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4]), tf.tensor1d([0, 1])];
    const { result, tape } = recordTape(() => [tf.square(x), tf.gather(y, tf.cast(z, 'int32'))] as const);
    const [dx, dy, dz] = tape.pullback([{ output: result[0], cotangent: tf.ones([2]) }], [x, y, z]);
    expect([values(dx), dy, dz]).toEqual([[2, 4], undefined, undefined]);
    const [, gathered, index] = tape.pullback([{ output: result[1], cotangent: tf.ones([2]) }], [x, y, z]);
    expect([values(gathered), index]).toEqual([[1, 1], undefined]);
    tape.dispose();
  });

  test('is the gradient that tfjs computes, through residual branches, batch norm, pooling and matrix products', () => {
    const image = irregular<tf.Rank.R4>([2, 8, 8, 3]);
    const weights = [irregular([3, 3, 3, 4], 2), irregular([4], 3), irregular([4], 4), irregular([3, 3, 4, 4], 5), irregular([4, 2], 6)];
    const network = (kernel: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, second: tf.Tensor, head: tf.Tensor) =>
      tf.tidy(() => {
        const { y } = batchNorm(conv2d(image, kernel as tf.Tensor4D, 2, 1), gamma as tf.Tensor1D, beta as tf.Tensor1D, 1e-5);
        const start = maxPool(relu(y), 3, 2, 1);
        const sum = tf.add(start, conv2d(start, second as tf.Tensor4D, 1, 1));
        return tf.matMul(tf.mean(tf.concat([relu(sum), start], 0), [1, 2]), head as tf.Tensor2D);
      });
    const cotangent = irregular<tf.Rank.R2>([4, 2], 7);
    const expected = tf.grads(network)(weights, cotangent);
    const { result, tape } = recordTape(() => network(...(weights as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor])));
    const actual = tape.pullback([{ output: result, cotangent }], weights, { last: true });
    actual.forEach((gradient, i) => {
      expectClose(gradient?.dataSync() ?? [], (expected[i] as tf.Tensor).dataSync(), 1e-5, `gradient ${i}`);
    });
  });

  test('uses the values that variables had in the forward, whatever is assigned afterwards', () => {
    const w = tf.variable(tf.scalar(3));
    const { result, tape } = recordTape(() => tf.square(w));
    w.assign(tf.scalar(100));
    expect(values(tape.pullback([{ output: result, cotangent: one() }], [w])[0])).toEqual([6]);
    tape.dispose();
    w.dispose();
  });

  test('can be taken at a tensor inside the graph, and at an output itself', () => {
    const x = tf.scalar(3);
    const { result, tape } = recordTape(() => {
      const inside = tf.square(x);
      return { inside, outside: tf.mul(inside, 5) };
    });
    const cotangent = tf.scalar(2);
    const slopes = tape.pullback([{ output: result.outside, cotangent }], [result.inside, x, result.outside, x]);
    expect(slopes.map(values)).toEqual([[10], [60], [2], [60]]);
    tf.dispose(slopes);
    expect(values(cotangent)).toEqual([2]);
    tape.dispose();
  });

  test('goes through operations with several outputs, custom gradients and nested tidies', () => {
    const x = irregular<tf.Rank.R2>([4, 6]);
    const tripled = tf.customGrad((a, save) => {
      (save as tf.GradSaveFunc)([a as tf.Tensor]);
      return { value: tf.mul(a as tf.Tensor, 3), gradFunc: (dy: tf.Tensor) => [tf.mul(dy, 3)] };
    });
    const forward = (a: tf.Tensor) =>
      tf.tidy(() => {
        const [left, right] = tf.split(a as tf.Tensor2D, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
        const inner = tf.tidy(() => tf.mul(tripled(left), tf.exp(right)));
        const [top] = tf.unstack(tf.softmax(inner)) as [tf.Tensor];
        return tf.sum(tf.mul(top, tf.tensor1d([1, 2, 4])));
      });
    const expected = tf.grad(forward)(x);
    const { result, tape } = recordTape(() => forward(x));
    const [actual] = tape.pullback([{ output: result, cotangent: one() }], [x]);
    expectClose(actual?.dataSync() ?? [], expected.dataSync(), 1e-5);
    tape.dispose();
  });

  test('gives zeros to large split parts that no cotangent reaches', () => {
    const x = tf.zeros<tf.Rank.R1>([10_000]);
    const { result, tape } = recordTape(() => tf.split(x, 2));
    const [dx] = tape.pullback([{ output: result[1] as tf.Tensor, cotangent: tf.fill([5000], 3) }], [x]);
    expect([dx?.shape, tf.sum(dx as tf.Tensor).dataSync()[0], values(dx)?.[0], values(dx)?.[9999]]).toEqual([[10_000], 15_000, 0, 3]);
    tape.dispose();
  });

  test('works with gradient functions that return their argument, one tensor twice, or a tensor of the user', () => {
    const constant = tf.scalar(7);
    const strange = tf.customGrad((a, b, c) => ({
      value: tf.addN([a as tf.Tensor, b as tf.Tensor, c as tf.Tensor]),
      gradFunc: (dy: tf.Tensor) => [dy, dy, constant],
    }));
    const [x, y, z] = [tf.scalar(1), tf.scalar(2), tf.scalar(3)];
    const { result, tape } = recordTape(() => strange(tf.mul(x, 2), tf.mul(y, 3), tf.mul(z, 5)));
    for (let i = 0; i < 2; i++) expect(tape.pullback([{ output: result, cotangent: one() }], [x, y, z]).map(values)).toEqual([[2], [3], [35]]);
    expect(values(constant)).toEqual([7]);
    tape.dispose();
  });
});

describe('costs', () => {
  const kernelsOf = async (body: () => unknown) => (await tf.profile(() => void body())).kernels.map(({ name }) => name);

  test('the pullback of one of three independent parts runs a third of the kernels', async () => {
    const w = irregular<tf.Rank.R2>([8, 8]);
    const parts = [1, 2, 3].map((seed) => irregular<tf.Rank.R2>([4, 8], seed));
    const { result, tape } = recordTape(() => parts.map((part) => tf.sum(tf.tanh(tf.matMul(tf.tanh(tf.matMul(part, w)), w)))));
    const cotangent = one();
    const each = await Promise.all(result.map((output) => kernelsOf(() => tape.pullback([{ output, cotangent }], [w]))));
    const all = await kernelsOf(() =>
      tape.pullback(
        result.map((output) => ({ output, cotangent })),
        [w],
      ),
    );
    expect(new Set(each.map(({ length }) => length)).size).toBe(1);
    // The whole adds the three parts' gradients of w: two additions more.
    expect(all.length).toBe(3 * (each[0] as string[]).length - 2 + 2);
    tape.dispose();
  });

  test('a source near the output costs no walk to the beginning, and the images have no gradient computed', async () => {
    const image = irregular<tf.Rank.R4>([1, 6, 6, 2]);
    const [first, second] = [irregular<tf.Rank.R4>([3, 3, 2, 2], 2), irregular<tf.Rank.R4>([3, 3, 2, 2], 3)];
    const { result, tape } = recordTape(() => tf.sum(tf.conv2d(tf.conv2d(image, first, 1, 'valid'), second, 1, 'valid')));
    const counts = async (sources: tf.Tensor[]) => {
      const kernels = await kernelsOf(() => tape.pullback([{ output: result, cotangent: one() }], sources));
      return ['Conv2DBackpropFilter', 'Conv2DBackpropInput'].map((name) => kernels.filter((kernel) => kernel === name).length);
    };
    expect(await counts([second])).toEqual([1, 0]);
    expect(await counts([first])).toEqual([1, 1]);
    expect(await counts([first, second])).toEqual([2, 1]);
    tape.dispose();
  });

  test('residual blocks on the native engine run no elementwise kernel but the sums of gradients', (context) => {
    if (tf.getBackend() !== 'tensorflow') context.skip('other engines compose batch norm of several kernels');
    const run: string[] = [];
    const backend = tf.backend() as unknown as { binding: Record<string, unknown> & { executeOp(...parameters: unknown[]): unknown } };
    const { binding } = backend;
    backend.binding = {
      ...Object.fromEntries(Object.getOwnPropertyNames(binding).map((name) => [name, binding[name]])),
      executeOp(...parameters) {
        run.push(String(parameters[0]));
        return binding.executeOp(...parameters);
      },
    };
    try {
      const image = irregular<tf.Rank.R4>([2, 8, 8, 3]);
      const [kernel, gamma, beta] = [irregular<tf.Rank.R4>([3, 3, 3, 3], 2), irregular<tf.Rank.R1>([3], 3), irregular<tf.Rank.R1>([3], 4)];
      const { result, tape } = recordTape(() => {
        const block = (x: tf.Tensor4D) => batchNorm(conv2d(x, kernel, 1, 1), gamma, beta, 1e-5, { summand: x, relu: true }).y;
        return block(block(image));
      });
      tf.dispose(tape.pullback([{ output: result, cotangent: tf.ones(result.shape) }], [kernel, gamma, beta], { last: true }));
    } finally {
      backend.binding = binding;
    }
    const counted = Object.fromEntries([...new Set(run)].sort().map((name) => [name, run.filter((other) => other === name).length]));
    expect(counted).toEqual({
      Add: 3 + 1, // three weights used twice; one map used twice
      Conv2D: 2,
      Conv2DBackpropFilter: 2,
      Conv2DBackpropInput: 1,
      GradalignBatchNorm: 2,
      GradalignBatchNormGrad: 2,
    });
  });
});

describe('tensors', () => {
  const build = () => {
    const w = tf.variable(irregular<tf.Rank.R2>([6, 6]));
    const x = irregular<tf.Rank.R2>([3, 6], 2);
    const forward = () => tf.tidy(() => [tf.sum(tf.softmax(tf.matMul(tf.relu(tf.matMul(x, w)), w))), tf.sum(tf.tanh(tf.matMul(x, w)))] as const);
    return { w, forward };
  };

  test('50 steps of one forward and three pullbacks leave none', () => {
    const { w, forward } = build();
    const before = tf.memory().numTensors;
    for (let step = 0; step < 50; step++) {
      const { result, tape } = recordTape(forward as () => [tf.Tensor, tf.Tensor]);
      const cotangent = one();
      for (const output of result) tf.dispose(tape.pullback([{ output, cotangent }], [w]));
      tf.dispose(tape.pullback([{ output: result[0], cotangent }], [w], { last: step % 2 === 0 }));
      tape.dispose();
      tf.dispose([result, cotangent]);
    }
    expect(tf.memory().numTensors).toBe(before);
    w.dispose();
  });

  test('a pullback leaves its results and nothing else; what it was given stays', () => {
    const { w, forward } = build();
    const { result, tape } = recordTape(forward as () => [tf.Tensor, tf.Tensor]);
    const cotangent = one();
    const before = tf.memory().numTensors;
    const gradients = tape.pullback([{ output: result[0], cotangent }], [w, w]);
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose(gradients);
    expect(values(cotangent)).toEqual([1]);
    tape.dispose();
    tf.dispose([w, result, cotangent]);
  });

  test('a throw in the forward leaves none, also after an operation has saved tensors, and a new tape can be recorded', () => {
    const { w, forward } = build();
    const failing = tf.customGrad((a, save) => {
      (save as tf.GradSaveFunc)([a as tf.Tensor]);
      throw new Error('in the operation');
    });
    const before = tf.memory().numTensors;
    expect(() =>
      recordTape(() => {
        forward();
        throw new Error('in the forward');
      }),
    ).toThrow('in the forward');
    expect(() => recordTape(() => failing(tf.square(w)))).toThrow('in the operation');
    expect(tf.memory().numTensors).toBe(before);
    const { result, tape } = recordTape(forward as () => [tf.Tensor, tf.Tensor]);
    tape.dispose();
    tf.dispose(result);
    expect(tf.memory().numTensors).toBe(before);
    w.dispose();
  });

  test('a throw in a pullback leaves none and keeps the tape, unless it was the last one', () => {
    const w = tf.scalar(3);
    let fail = true;
    const failing = tf.customGrad((a) => ({
      value: tf.square(a as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => {
        tf.add(dy, 1);
        if (fail) throw new Error('in the gradient');
        return [dy];
      },
    }));
    const { result, tape } = recordTape(() => tf.square(failing(tf.square(w))));
    const cotangent = one();
    const before = tf.memory().numTensors;
    expect(() => tape.pullback([{ output: result, cotangent }], [w])).toThrow('in the gradient');
    expect(tf.memory().numTensors).toBe(before);
    fail = false;
    tf.dispose(tape.pullback([{ output: result, cotangent }], [w]));
    expect(tf.memory().numTensors).toBe(before);
    fail = true;
    expect(() => tape.pullback([{ output: result, cotangent }], [w], { last: true })).toThrow('in the gradient');
    expect(tf.memory().numTensors).toBeLessThan(before);
    expect(() => tape.pullback([{ output: result, cotangent }], [w])).toThrow('the tape is disposed');
  });

  test('sources that are named at recording release what does not depend on them', () => {
    const [frozen, trained] = [irregular<tf.Rank.R2>([6, 6]), irregular<tf.Rank.R2>([6, 6], 2)];
    const forward = () => tf.matMul(tf.sigmoid(tf.matMul(tf.sigmoid(tf.matMul(frozen, frozen)), frozen)), trained);
    const kept = (sources?: tf.Tensor[]) => {
      const before = tf.memory().numTensors;
      const { result, tape } = recordTape(forward, sources ? { sources } : {});
      const count = tf.memory().numTensors - before;
      tape.dispose();
      result.dispose();
      return count;
    };
    // The result, and the two factors of the last product; of the other four operations six more.
    expect([kept([trained]), kept()]).toEqual([3, 9]);
  });

  test('what leads to no result is released after the forward', () => {
    const x = irregular<tf.Rank.R2>([6, 6]);
    const before = tf.memory().numTensors;
    const { result, tape } = recordTape(() => {
      tf.matMul(tf.sigmoid(x), x);
      return tf.relu(x);
    });
    expect(tf.memory().numTensors).toBe(before + 2);
    tape.dispose();
    result.dispose();
  });

  test('the last pullback holds fewer bytes at its peak', async () => {
    const w = irregular<tf.Rank.R2>([64, 64]);
    const peakOf = async (last: boolean) => {
      const { result, tape } = recordTape(() => {
        let x = w as tf.Tensor2D;
        for (let i = 0; i < 10; i++) x = tf.sigmoid(tf.matMul(x, w));
        return tf.sum(x);
      });
      const { peakBytes } = await tf.profile(() => {
        tf.dispose(tape.pullback([{ output: result, cotangent: one() }], [w], { last }));
      });
      tape.dispose();
      return peakBytes;
    };
    const kept = await peakOf(false);
    expect(await peakOf(true)).toBeLessThan(kept);
  });
});

describe('rejected are', () => {
  test('a cotangent of another shape', () => {
    const x = tf.tensor1d([1, 2]);
    const { result, tape } = recordTape(() => tf.square(x));
    expect(() => tape.pullback([{ output: result, cotangent: one() }], [x])).toThrow("the cotangent has shape [], expected the output's [2]");
    tape.dispose();
  });

  test('an output that the forward did not return', () => {
    const x = tf.tensor1d([1, 2]);
    const { tape } = recordTape(() => tf.square(x));
    expect(() => tape.pullback([{ output: x, cotangent: x }], [x])).toThrow('expected one that the forward returned');
    tape.dispose();
  });

  test('a tape inside a tape, and a forward that returns a promise', () => {
    const x = tf.scalar(1);
    expect(() => recordTape(() => recordTape(() => tf.square(x)).result)).toThrow('another gradient is being recorded');
    expect(() => recordTape(async () => tf.square(x))).toThrow('the forward returned a promise');
  });

  test('an operation without a gradient, by its name, where a source needs it', () => {
    const x = tf.tensor1d([1, 2]);
    const { result, tape } = recordTape(() => tf.sum(tf.cumprod(x)));
    expect(() => tape.pullback([{ output: result, cotangent: one() }], [x])).toThrow('Cannot pull back through Cumprod: it has no gradient');
    tape.dispose();
  });
});
