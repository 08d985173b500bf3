import { type Static, Type } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import type { Catalogue } from '../configuration/catalogue.ts';
import type { Auxiliary, Loss, Risk } from '../contracts/loss.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { auxiliaryBatch } from './auxiliary-batch.ts';
import { plainTensor } from './golden-file.ts';
import type { PlainTensor } from './golden-net.ts';
import { type Complete, type GoldenDeviation, tensorDeviation } from './golden-optimizers.ts';

const numbers = Type.Array(Type.Number());
const integers = Type.Array(Type.Integer());

/** Schema of goldens/losses.json. */
export const goldenLossesFormat = Type.Object({
  supcon: Type.Optional(
    Type.Object({
      features: plainTensor,
      labels: integers,
      views: Type.Integer({ minimum: 1 }),
      temperature: Type.Number(),
      baseTemperature: Type.Number(),
      value: Type.Number(),
      gradient: plainTensor,
    }),
  ),
  domainBinaryCrossEntropy: Type.Optional(
    Type.Object({ scaledLogits: plainTensor, labels: integers, domains: integers, risks: Type.Object({ data: numbers }), gradientOfSum: plainTensor }),
  ),
  crossEntropy: Type.Optional(Type.Object({ logits: plainTensor, labels: integers, value: Type.Number(), gradient: plainTensor })),
});
/** What goldens/losses.json holds. */
export type GoldenLosses = Static<typeof goldenLossesFormat>;

/** The value and the gradient of every loss in the file through the losses that training uses; deviations are relative to the largest entry. Needs a loaded engine. */
export function runGoldenLosses(file: GoldenLosses, catalogue: Pick<Catalogue, 'find'>, complete: Complete): GoldenDeviation[] {
  const make = <T extends Loss>(name: string, options: Readonly<Record<string, unknown>>, classes: number): T => {
    const item = catalogue.find('loss', name) as AnyItem & { create(options: unknown, context: unknown): T };
    return item.create(complete(item, options), { classes: Array.from({ length: classes }, (_, i) => `class${i}`) });
  };
  const out: GoldenDeviation[] = [];
  const compare = (name: string, at: PlainTensor, value: (x: tf.Tensor) => tf.Tensor, expected: readonly number[], gradient: readonly number[]) => {
    const got = tf.tidy(() => {
      const x = tf.tensor([...at.data], [...at.shape]);
      return {
        value: value(x).dataSync(),
        gradient: tf
          .grad((y) => tf.sum(value(y)))(x)
          .dataSync(),
      };
    });
    out.push(
      { name, where: 'value', deviation: tensorDeviation(got.value, expected) },
      { name, where: 'gradient', deviation: tensorDeviation(got.gradient, gradient) },
    );
  };
  const { supcon, domainBinaryCrossEntropy: bce, crossEntropy } = file;
  if (supcon) {
    const { labels, views, temperature, baseTemperature } = supcon;
    const classes = Math.max(...labels) + 1;
    const loss = make<Auxiliary>('supcon', { weight: 1, temperature, baseTemperature }, classes);
    compare('supcon', supcon.features, (x) => loss.value(auxiliaryBatch({ features: x as tf.Tensor2D, labels, views })), [supcon.value], supcon.gradient.data);
  }
  if (bce) {
    const { labels, domains, risks } = bce;
    const loss = make<Risk>('domain-bce', { logitScale: 1 }, 2);
    const k = risks.data.length;
    const shares = Array.from({ length: k }, (_, i) => {
      const n = domains.filter((domain) => domain === i).length;
      return domains.map((domain) => (domain === i ? 1 / (n * k) : 0));
    });
    const value = (x: tf.Tensor) =>
      tf.sum(tf.mul(tf.tensor2d(shares), loss.perSample(tf.reshape(x, [-1, 1]) as tf.Tensor2D, tf.tensor1d([...labels], 'int32'))), 1);
    compare('domain-bce', bce.scaledLogits, value, risks.data, bce.gradientOfSum.data);
  }
  if (crossEntropy) {
    const { logits, labels } = crossEntropy;
    const loss = make<Risk>('cross-entropy', { logitScale: 1 }, logits.shape[1] ?? 2);
    compare(
      'cross-entropy',
      logits,
      (x) => tf.mean(loss.perSample(x as tf.Tensor2D, tf.tensor1d([...labels], 'int32'))),
      [crossEntropy.value],
      crossEntropy.gradient.data,
    );
  }
  return out;
}
