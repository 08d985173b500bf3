import { auc } from '../metrics/auc.ts';
import { hter } from '../metrics/hter.ts';
import type { NamedMetric } from './compute-figures.ts';
import { evaluateScores } from './evaluate-scores.ts';
import type { EvaluationSetting } from './evaluate-weights.ts';
import { scoreDomains } from './score-samples.ts';

/**
 * Figures of all targets together at the model's current weights, over videos, at the equal error point of these scores: the setting's metrics, and HTER
 * and AUC. Figures that the samples do not allow are left out. For the block `oracle` alone: it reads the target's labels.
 *
 * @throws an AbortError if the setting's signal aborts.
 */
export async function evaluateTarget(setting: EvaluationSetting): Promise<Readonly<Record<string, number>>> {
  const { classes, metrics, aggregate } = setting;
  const targets = await scoreDomains(setting, setting.targets);
  const { literature } = evaluateScores({ classes, targets, metrics: withOwn(metrics), aggregate, deployable: { error: 'no threshold is fixed' } });
  const figures = literature?.pooled.video.figures ?? {};
  return Object.fromEntries(Object.entries(figures).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

/** HTER and AUC first, whatever the experiment asks for. */
function withOwn(metrics: readonly NamedMetric[]): NamedMetric[] {
  const own = [hter, auc].map((definition): NamedMetric => ({ name: definition.name, definition, metric: definition.create({}) }));
  return [...own, ...metrics.filter(({ name }) => !own.some((one) => one.name === name))];
}
