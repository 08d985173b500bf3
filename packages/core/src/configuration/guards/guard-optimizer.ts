import type { Optimizer, StepReport } from '../../contracts/optimizer.ts';
import { describeValue, PluginError, type PluginItem, runSync } from '../../contracts/plugin-error.ts';
import { withMethods } from './check-value.ts';
import { guardObjective } from './guard-objective.ts';
import { guardStateful } from './guard-stateful.ts';

const where = 'step()';
const contract = '{ kind, losses }, with exactly one call of apply(direction)';

/** An optimizer that applies exactly one direction a step, at once, and reports the losses. */
export function guardOptimizer(made: unknown, item: PluginItem): Optimizer {
  const optimizer = withMethods<Optimizer>(made, item, ['step', 'state', 'restore']);
  let tried = false;
  const stateful = guardStateful(optimizer, item);
  return {
    ...stateful,
    ...(optimizer.checkWeights
      ? { checkWeights: (weights) => runSync(item, 'checkWeights()', 'nothing, or a UserError', () => optimizer.checkWeights?.(weights)) }
      : {}),
    step(objective, weights, apply, learningRateFactor) {
      let applied = 0;
      const count: typeof apply = (direction) => {
        applied++;
        const { byName } = (direction ?? {}) as { byName?: unknown };
        if (!(byName instanceof Map)) throw new PluginError(item, where, `applies ${describeValue(direction)}`, "Gradients of '@gradalign/core'");
        if (applied > 1) throw new PluginError(item, where, `applies ${applied} directions`, 'exactly one');
        apply(direction);
      };
      const guarded = guardObjective(objective);
      let report: StepReport;
      try {
        report = runSync(item, where, contract, () => optimizer.step(guarded.objective, weights, count, learningRateFactor));
      } catch (error) {
        throw guarded.ownError((error as Error).cause) ?? error;
      }
      if (applied !== 1) throw new PluginError(item, where, 'applies no direction', 'exactly one');
      checkReport(report, item);
      if (!tried) stateful.state();
      tried = true;
      return report;
    },
  };
}

function checkReport(report: unknown, item: PluginItem): asserts report is StepReport {
  const { kind, losses } = (typeof report === 'object' && report !== null ? report : {}) as { kind?: unknown; losses?: unknown };
  if (typeof kind !== 'string' || kind === '')
    throw new PluginError(item, where, `reports ${report === undefined ? 'undefined' : `the kind ${describeValue(kind)}`}`, contract);
  const { total, risks } = (typeof losses === 'object' && losses !== null ? losses : {}) as { total?: unknown; risks?: unknown };
  const numbers = typeof risks === 'object' && risks !== null && Object.values(risks).every((risk) => typeof risk === 'number');
  if (typeof total !== 'number' || !numbers)
    throw new PluginError(item, where, `reports the losses ${describeValue(losses)}`, '{ total, risks }: lossValues(evaluation)');
}
