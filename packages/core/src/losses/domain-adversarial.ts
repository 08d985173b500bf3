import { reverseGradient, softmaxCrossEntropy } from '@gradalign/engine';
import { type Static, Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import { cannot } from '../contracts/errors.ts';
import { type AuxiliaryBatch, defineLoss, type LossWeightsContext } from '../contracts/loss.ts';
import { Weights } from '../contracts/weights.ts';
import { bonaFide, requireBonaFide } from './require-bona-fide.ts';

const options = Type.Object(
  {
    weight: Type.Number({ minimum: 0, default: 1, description: 'γ, weight relative to the risk; 0.1 in SSDG' }),
    reversal: Type.Number({ minimum: 0, default: 1, description: 'λ_1: the features get -λ times the gradient of the discriminator' }),
    schedule: Type.Unsafe<'ramp' | 'constant'>({
      type: 'string',
      enum: ['ramp', 'constant'],
      default: 'ramp',
      description: 'ramp: λ rises from 0 to λ_1 over the run, as in the paper',
    }),
    hidden: Type.Array(Type.Integer({ minimum: 1, maximum: 4096 }), {
      maxItems: 4,
      default: [512],
      description: "Widths of the discriminator's hidden layers, with ReLU; SSDG has one of 512",
    }),
    of: Type.Unsafe<'all' | 'bona-fide'>({
      type: 'string',
      enum: ['all', 'bona-fide'],
      default: 'all',
      description: 'Samples that it sees; bona-fide: the single side of SSDG, for two classes',
    }),
  },
  { additionalProperties: false },
);

/**
 * Domain-adversarial training (Ganin and Lempitsky, ICML 2015): a discriminator D of the loss's own learns which source domain the features z of all views come
 * from, and a gradient reversal makes the network learn features from which it cannot tell:
 *
 *     A = γ · mean over the samples of  -log softmax(D(z))[domain]
 *     ∂A/∂θ_D as it is, ∂A/∂z times -λ,   λ = λ_1 (2 / (1 + exp(-10 p)) - 1)   at the share p of the run, or λ_1
 *
 * D is dense layers `hidden1`, `hidden2`, ... with ReLU and `output`, with kernels uniform within ±1/√inputs and biases of 0. `of: bona-fide` leaves attacks out:
 * the single-side adversarial term of SSDG (Jia et al., CVPR 2020), whose discriminator has a dropout of 0.5 too. Without such samples in the batch A is 0.
 */
export const domainAdversarial = defineLoss({
  name: 'domain-adversarial',
  summary: 'A discriminator of source domains behind a gradient reversal: features that do not tell the domain',
  paper: 'Ganin and Lempitsky, Unsupervised Domain Adaptation by Backpropagation, ICML 2015, arXiv 1409.7495',
  options,
  create(chosen, { classes }) {
    if (chosen.of === 'bona-fide') requireBonaFide('domain-adversarial', classes);
    return {
      role: 'auxiliary',
      followsProgress: chosen.schedule === 'ramp',
      createWeights: (context) => discriminatorWeights(chosen.hidden, context),
      value(batch) {
        const rows = rowsSeen(batch, chosen.of);
        if (rows.length === 0) return tf.scalar(0);
        const features = rows.length === batch.features.shape[0] ? batch.features : tf.gather(batch.features, tf.tensor1d(rows, 'int32'));
        const scores = discriminate(reverseGradient(features, reversalAt(chosen, batch.progress)), batch.weights, chosen.hidden.length);
        const domains = rows.map((row) => batch.domains[row % batch.domains.length] as number);
        return tf.mul(tf.mean(softmaxCrossEntropy(scores, tf.tensor1d(domains, 'int32'))), chosen.weight) as tf.Scalar;
      },
    };
  },
});

function reversalAt({ reversal, schedule }: Static<typeof options>, progress: number): number {
  return schedule === 'constant' ? reversal : reversal * (2 / (1 + Math.exp(-10 * progress)) - 1);
}

function rowsSeen({ labels, views }: AuxiliaryBatch, of: 'all' | 'bona-fide'): number[] {
  return Array.from({ length: views * labels.length }, (_, row) => row).filter((row) => of === 'all' || labels[row % labels.length] === bonaFide);
}

function discriminatorWeights(hidden: readonly number[], { features, domains, random }: LossWeightsContext): Weights {
  if (domains.length < 2) throw cannot("use loss 'domain-adversarial'", `there is one source domain (${domains.join()})`, 'at least 2', { exitCode: 2 });
  const widths = [features, ...hidden, domains.length];
  const layers = widths.slice(1).map((outputs, i) => {
    const inputs = widths[i] as number;
    const name = layerName(i, hidden.length);
    const draw = random(`${name}/kernel`);
    const kernel = Float32Array.from({ length: inputs * outputs }, () => draw.uniform(-1, 1) / Math.sqrt(inputs));
    return { [`${name}/kernel`]: tf.tensor2d(kernel, [inputs, outputs]), [`${name}/bias`]: tf.zeros([outputs]) };
  });
  return new Weights(Object.assign({}, ...layers));
}

function discriminate(features: tf.Tensor2D, weights: Weights, hidden: number): tf.Tensor2D {
  let x = features;
  for (let i = 0; i <= hidden; i++) {
    const name = layerName(i, hidden);
    const y = tf.add(tf.matMul(x, weights.get(`${name}/kernel`) as unknown as tf.Tensor2D), weights.get(`${name}/bias`)) as tf.Tensor2D;
    x = i < hidden ? tf.relu(y) : y;
  }
  return x;
}

function layerName(i: number, hidden: number): string {
  return i < hidden ? `hidden${i + 1}` : 'output';
}
