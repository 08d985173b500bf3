import * as tf from '@tensorflow/tfjs-core';
import { differentiableOp } from './differentiable-op.ts';
import { takesFusedRoute, takesOwnRoute } from './fused-kernels.ts';
import { relu } from './relu.ts';
import { tensorflowOp } from './tensorflow-op.ts';

/** Result of {@link batchNorm}: three tensors, the caller's to dispose. */
export interface BatchNorm {
  /** [batch, height, width, channels]. */
  readonly y: tf.Tensor4D;
  /** [channels], of this batch; no gradient flows through it. */
  readonly mean: tf.Tensor1D;
  /** [channels], unbiased (divided by count − 1, or by 1 where count is 1), for running statistics; no gradient flows through it. */
  readonly variance: tf.Tensor1D;
}

/** Result of {@link groupedBatchNorm}: three tensors, the caller's to dispose; the statistics have one row for each group. */
export interface GroupedBatchNorm {
  /** [batch, height, width, channels]. */
  readonly y: tf.Tensor4D;
  /** [groups, channels]; no gradient flows through it. */
  readonly mean: tf.Tensor2D;
  /** [groups, channels], unbiased as in {@link BatchNorm}; no gradient flows through it. */
  readonly variance: tf.Tensor2D;
}

/** What follows a batch norm in a residual network: computed in the same pass over memory on the native engine. Both are off by default. */
export interface AfterNorm {
  /** Added to the result, of the same shape. */
  readonly summand?: tf.Tensor4D;
  /** Whether to apply max(., 0), after the sum. */
  readonly relu?: boolean;
}

/**
 * Batch normalization with the batch's own statistics: y = γ (x − mean) / √(biased variance + ε) + β, per channel
 * (Ioffe and Szegedy 2015, arXiv 1502.03167). The gradient flows through the statistics.
 * @param x [batch, height, width, channels], float32.
 * @param gamma [channels].
 * @param beta [channels].
 * @throws Error if the shapes do not match.
 */
export function batchNorm(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number, after: AfterNorm = {}): BatchNorm {
  checkChannels(x, { gamma, beta });
  checkSummand(x, after);
  if (takesOwnRoute()) return ownRoute(x, gamma, beta, epsilon, [x.shape[0]], after) as BatchNorm;
  const [y, mean, variance, ...reserved] = normalize({ x, gamma, beta }, { epsilon, fused: takesFusedRoute() });
  tf.dispose(reserved);
  return { y: applyAfter(y as tf.Tensor4D, after), mean, variance } as BatchNorm;
}

/**
 * Batch normalization of each group with its own statistics, as if each went through the layer alone. The other parameters are those of
 * {@link batchNorm}.
 * @param groups Size of each group, in the order of the batch: [4, 2] are the first four samples and the last two.
 * @throws Error if the shapes do not match or the sizes do not add up to the batch.
 */
export function groupedBatchNorm(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  groups: readonly number[],
  after: AfterNorm = {},
): GroupedBatchNorm {
  checkChannels(x, { gamma, beta });
  checkSummand(x, after);
  if (groups.some((size) => size < 1) || groups.reduce((sum, size) => sum + size, 0) !== x.shape[0])
    throw new Error(`Cannot normalize [${x.shape}] in groups of ${groups}: expected sizes of at least 1 that add up to ${x.shape[0]}`);
  return tf.tidy(() => {
    const { y, mean, variance } = groups.length === 1 ? batchNorm(x, gamma, beta, epsilon, after) : severalGroups(x, gamma, beta, epsilon, groups, after);
    const rows = (vectors: tf.Tensor) => tf.reshape(vectors, [groups.length, gamma.size]);
    return { y, mean: rows(mean), variance: rows(variance) };
  }) as unknown as GroupedBatchNorm;
}

function severalGroups(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  groups: readonly number[],
  after: AfterNorm,
): BatchNorm | GroupedBatchNorm {
  if (takesOwnRoute()) return ownRoute(x, gamma, beta, epsilon, groups, after);
  const parts = tf.split<tf.Tensor4D>(x, [...groups]).map((part) => batchNorm(part, gamma, beta, epsilon));
  const y = applyAfter(tf.concat(parts.map((part) => part.y)), after);
  return { y, mean: tf.stack(parts.map(({ mean }) => mean)), variance: tf.stack(parts.map(({ variance }) => variance)) } as GroupedBatchNorm;
}

/** Takes ownership of `y`. */
export function applyAfter(y: tf.Tensor4D, { summand, relu: positive = false }: AfterNorm): tf.Tensor4D {
  const sum = summand ? tf.add<tf.Tensor4D>(y, summand) : y;
  if (sum !== y) y.dispose();
  const result = positive ? relu(sum) : sum;
  if (result !== sum) sum.dispose();
  return result;
}

function ownRoute(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  groups: readonly number[],
  { summand, relu: positive = false }: AfterNorm,
): BatchNorm | GroupedBatchNorm {
  const inputs = { x, gamma, beta, ...(summand ? { summand } : {}) } as Record<OwnInput, tf.Tensor>;
  const [y, mean, variance, inverse] = (positive ? ownWithRelu : own)(inputs, { epsilon, groups, summands: summand ? 1 : 0 });
  inverse?.dispose();
  return { y, mean, variance } as BatchNorm | GroupedBatchNorm;
}

type OwnInput = 'x' | 'gamma' | 'beta' | 'summand';

interface OwnAttributes {
  readonly epsilon: number;
  readonly groups: readonly number[];
  readonly summands: 0 | 1;
}

const own = ownOp(false);
const ownWithRelu = ownOp(true);

/** Outputs: y, mean, unbiased variance, 1 / deviation. y is kept if max(., 0) follows: its zeros show where no gradient passes. */
function ownOp(positive: boolean) {
  return differentiableOp<OwnInput, OwnAttributes>({
    name: `gradalign/batchNorm/own${positive ? '/relu' : ''}`,
    save: { inputs: ['x', 'gamma'], outputs: [positive, true, false, true] },
    forward: ({ x, gamma, beta, summand }, { epsilon, groups, summands }) =>
      tensorflowOp(
        'GradalignBatchNorm',
        { groups: ['int', groups], epsilon: ['float', epsilon], relu: ['bool', positive], summands: ['int', summands] },
        [x, gamma, beta, ...(summands ? [summand] : [])],
        4,
      ),
    gradient: ([dy], [x, gamma, ...outputs], { groups, summands }) => {
      const [mean, inverse] = outputs.slice(positive ? 1 : 0);
      const y = positive ? outputs.slice(0, 1) : [];
      // Without max(., 0) the summand's gradient is dy.
      const written = positive ? summands : 0;
      const [dx, dGamma, dBeta, dSummand = dy] = tensorflowOp(
        'GradalignBatchNormGrad',
        { groups: ['int', groups], relu: ['bool', positive], summands: ['int', written], outputs: ['int', y.length] },
        [dy, x, gamma, mean, inverse, ...y] as tf.Tensor[],
        3 + written,
      );
      return { x: () => dx as tf.Tensor, gamma: () => dGamma as tf.Tensor, beta: () => dBeta as tf.Tensor, summand: () => dSummand as tf.Tensor };
    },
  });
}

interface Attributes {
  readonly epsilon: number;
  readonly fused: boolean;
}

/** Outputs: y, mean, unbiased variance, then what the gradient needs of the forward pass. */
const normalize = differentiableOp<'x' | 'gamma' | 'beta', Attributes>({
  name: 'gradalign/batchNorm',
  save: { inputs: ['x', 'gamma'], outputs: [false, false, false, true, true, true] },
  forward: ({ x, gamma, beta }, { epsilon, fused }) => (fused ? fusedForward : plainForward)(x, gamma, beta, epsilon),
  gradient: ([dy], [x, gamma, ...reserved], { epsilon, fused }) => {
    const [dx, dGamma, dBeta] = (fused ? fusedGradient : plainGradient)(dy as tf.Tensor, x as tf.Tensor, gamma as tf.Tensor, reserved, epsilon);
    return { x: () => dx as tf.Tensor, gamma: () => dGamma as tf.Tensor, beta: () => dBeta as tf.Tensor };
  },
});

/** TensorFlow's own kernel, for GPUs. */
function fusedForward(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor[] {
  const none = tf.tensor1d([]);
  return tensorflowOp('FusedBatchNormV3', { ...fusedNormAttributes(epsilon, true), exponential_avg_factor: ['float', 1] }, [x, gamma, beta, none, none], 6);
}

function fusedGradient(dy: tf.Tensor, x: tf.Tensor, gamma: tf.Tensor, reserved: readonly tf.Tensor[], epsilon: number): tf.Tensor[] {
  return tensorflowOp('FusedBatchNormGradV3', fusedNormAttributes(epsilon, true), [dy, x, gamma, ...reserved], 5);
}

/** Attributes of FusedBatchNormV3 and its gradient. */
export function fusedNormAttributes(epsilon: number, isTraining: boolean) {
  return {
    T: ['type', 'float32'],
    U: ['type', 'float32'],
    epsilon: ['float', epsilon],
    data_format: ['string', 'NHWC'],
    is_training: ['bool', isTraining],
  } as const;
}

const positions = [0, 1, 2];

function plainForward(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor[] {
  const count = x.size / gamma.size;
  const mean = tf.mean(x, positions);
  const centered = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centered), positions);
  const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
  const y = tf.add(tf.mul(centered, tf.mul(gamma, inverseDeviation)), beta);
  return [y, mean, tf.mul(variance, count / Math.max(count - 1, 1)), mean.clone(), inverseDeviation];
}

/** With x̂ = (x − mean) / σ over m positions: dβ = Σ dy, dγ = Σ dy x̂, dx = γ/σ (dy − (dβ + x̂ dγ) / m). */
function plainGradient(dy: tf.Tensor, x: tf.Tensor, gamma: tf.Tensor, [mean, inverseDeviation]: readonly tf.Tensor[]): tf.Tensor[] {
  const normalized = tf.mul(tf.sub(x, mean as tf.Tensor), inverseDeviation as tf.Tensor);
  const dBeta = tf.sum(dy, positions);
  const dGamma = tf.sum(tf.mul(dy, normalized), positions);
  const throughStatistics = tf.div(tf.add(dBeta, tf.mul(normalized, dGamma)), x.size / gamma.size);
  return [tf.mul(tf.sub(dy, throughStatistics), tf.mul(gamma, inverseDeviation as tf.Tensor)), dGamma, dBeta];
}

/** TensorFlow would read past the end of a vector that is too short. */
export function checkChannels(x: tf.Tensor4D, vectors: Readonly<Record<string, tf.Tensor1D>>): void {
  const channels = x.shape[3];
  for (const [name, { shape }] of Object.entries(vectors)) {
    if (x.rank !== 4 || shape.length !== 1 || shape[0] !== channels)
      throw new Error(`Cannot normalize [${x.shape}]: ${name} has shape [${shape}], expected [batch, height, width, channels] and [channels]`);
  }
}

export function checkSummand(x: tf.Tensor4D, { summand }: AfterNorm): void {
  if (summand && !tf.util.arraysEqual(x.shape, summand.shape))
    throw new Error(`Cannot normalize [${x.shape}]: the summand has shape [${summand.shape}], expected the same`);
}
