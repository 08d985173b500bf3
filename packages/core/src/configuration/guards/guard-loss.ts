import * as tf from '@tensorflow/tfjs-core';
import type { Auxiliary, AuxiliaryBatch, Loss, LossContext, Risk } from '../../contracts/loss.ts';
import { describeValue, PluginError, type PluginItem, runSync } from '../../contracts/plugin-error.ts';
import type { Weights } from '../../contracts/weights.ts';
import { checkShape, checkWeights, withMethods } from './check-value.ts';

/**
 * A loss whose results have the shapes of its contract. A risk is tried as soon as it is made, on logits of 0: its probabilities would otherwise be asked
 * for after training only. The engine must be loaded.
 */
export function guardLoss(made: unknown, item: PluginItem, [context]: readonly unknown[]): Loss {
  const { role } = (typeof made === 'object' && made !== null ? made : {}) as { role?: unknown };
  if (role === 'auxiliary') return guardAuxiliary(withMethods<Auxiliary>(made, item, ['value']), item);
  if (role !== 'risk') throw new PluginError(item, 'create()', `returns a loss of the role ${describeValue(role)}`, "'risk' or 'auxiliary'");
  const risk = guardRisk(withMethods<Risk>(made, item, ['perSample', 'probabilities']), item, (context as LossContext).classes.length);
  tryRisk(risk, item, (context as LossContext).classes.length);
  return risk;
}

function guardRisk(risk: Risk, item: PluginItem, classes: number): Risk {
  const { logits: width } = risk;
  if (!Number.isInteger(width) || width < 1) throw new PluginError(item, 'create()', `returns logits as ${describeValue(width)}`, 'a whole number >= 1');
  return {
    role: 'risk',
    logits: width,
    perSample(logits, labels) {
      const losses = runSync(item, 'perSample()', 'a tensor', () => risk.perSample(logits, labels));
      checkShape(losses, [logits.shape[0]], item, 'perSample()', 'the losses');
      return losses;
    },
    probabilities(logits) {
      const probabilities = runSync(item, 'probabilities()', 'a tensor', () => risk.probabilities(logits));
      checkShape(probabilities, [logits.shape[0], classes], item, 'probabilities()', 'the probabilities');
      return probabilities;
    },
    ...(risk.logit
      ? {
          logit(logits) {
            const scores = runSync(item, 'logit()', 'a tensor', () => (risk.logit as NonNullable<Risk['logit']>)(logits));
            checkShape(scores, [logits.shape[0]], item, 'logit()', 'the logits to rank by');
            return scores;
          },
        }
      : {}),
    ...(risk.logitScale === undefined ? {} : { logitScale: risk.logitScale }),
  };
}

function tryRisk(risk: Risk, item: PluginItem, classes: number): void {
  tf.tidy(() => {
    const logits = tf.zeros([classes, risk.logits]) as tf.Tensor2D;
    const losses = [...risk.perSample(logits, tf.range(0, classes, 1, 'int32')).dataSync()];
    const odd = losses.find((loss) => !Number.isFinite(loss));
    if (odd !== undefined) throw new PluginError(item, 'perSample()', `returns the loss ${odd} for logits of 0`, 'a finite number');
    const rows = [...risk.probabilities(logits).dataSync()];
    for (let row = 0; row < classes; row++) {
      const values = rows.slice(row * classes, (row + 1) * classes);
      const sum = values.reduce((total, value) => total + value, 0);
      if (!values.every((value) => value >= 0 && value <= 1 + 1e-6) || Math.abs(sum - 1) > 1e-3)
        throw new PluginError(item, 'probabilities()', `returns the row ${values.join(', ')} for logits of 0`, 'values in 0..1 that sum to 1');
    }
    tryRanking(risk, item, classes);
  });
}

/** The probability of bona fide is sigmoid(logitScale · logit): a logit that falls with it would turn every figure around. */
function tryRanking(risk: Risk, item: PluginItem, classes: number): void {
  if (!risk.logit || classes !== 2) return;
  const rows = 7;
  const logits = tf.tensor2d(
    Array.from({ length: rows * risk.logits }, (_, i) => Math.sin(3 * i + 1)),
    [rows, risk.logits],
  );
  const found = [...risk.logit(logits).dataSync()].map((logit) => 1 / (1 + Math.exp(-(risk.logitScale ?? 1) * logit)));
  const bonaFide = [...risk.probabilities(logits).dataSync()].filter((_, i) => i % 2 === 1);
  const odd = found.findIndex((probability, i) => Math.abs(probability - (bonaFide[i] as number)) > 1e-3);
  if (odd < 0) return;
  const is = `says ${(found[odd] as number).toFixed(3)} for bona fide, as sigmoid(logitScale · logit), where probabilities() says ${(bonaFide[odd] as number).toFixed(3)}`;
  throw new PluginError(item, 'logit()', is, 'the same');
}

function guardAuxiliary(loss: Auxiliary, item: PluginItem): Auxiliary {
  const odd = (['createWeights', 'moveStatistics'] as const).find((name) => loss[name] !== undefined && typeof loss[name] !== 'function');
  if (odd !== undefined) throw new PluginError(item, 'create()', `returns ${odd} as ${describeValue(loss[odd])}`, 'a function');
  let tried = false;
  return {
    role: 'auxiliary',
    ...(loss.followsProgress === undefined ? {} : { followsProgress: loss.followsProgress }),
    ...(loss.createWeights
      ? {
          createWeights(context) {
            const weights: unknown = runSync(item, 'createWeights()', 'Weights', () => loss.createWeights?.(context));
            checkWeights(weights, item, 'createWeights()');
            return weights as Weights;
          },
        }
      : {}),
    value(batch) {
      const value = runSync(item, 'value()', 'a scalar', () => loss.value(batch));
      checkShape(value, [], item, 'value()', 'the loss');
      if (!tried) checkFinite(value, batch, item);
      tried = true;
      return value;
    },
    ...(loss.moveStatistics ? { moveStatistics: (batch) => runSync(item, 'moveStatistics()', 'nothing', () => loss.moveStatistics?.(batch)) } : {}),
  };
}

/** At the first step a value that is not finite comes from the loss, unless the features are not finite either. */
function checkFinite(value: tf.Scalar, { features }: AuxiliaryBatch, item: PluginItem): void {
  const [found = Number.NaN] = value.dataSync();
  if (Number.isFinite(found) || !features.dataSync().every(Number.isFinite)) return;
  throw new PluginError(item, 'value()', `returns ${found} for the first batch`, 'a finite number');
}
