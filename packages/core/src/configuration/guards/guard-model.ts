import type { Model, ModelContext } from '../../contracts/model.ts';
import { describeValue, PluginError, type PluginItem, runSync } from '../../contracts/plugin-error.ts';
import { checkShape, checkWeights, withMethods } from './check-value.ts';

/** A model whose forward pass returns features [n, d] and logits [n, logits], as many as the risk asked for; checked in every pass. */
export function guardModel(made: unknown, item: PluginItem, [context]: readonly unknown[]): Model {
  const model = withMethods<Model>(made, item, ['apply']);
  const { logits: width } = context as ModelContext;
  checkWeights(model.weights, item, 'create()');
  const where = 'apply()';
  return {
    weights: model.weights,
    ...(model.takesGroups === undefined ? {} : { takesGroups: model.takesGroups }),
    ...(model.statisticsMomentum === undefined ? {} : { statisticsMomentum: model.statisticsMomentum }),
    apply(images, pass) {
      const output: unknown = runSync(item, where, '{ features, logits }', () => model.apply(images, pass));
      if (typeof output !== 'object' || output === null) throw new PluginError(item, where, `returns ${describeValue(output)}`, '{ features, logits }');
      const { features, logits } = output as { features?: unknown; logits?: unknown };
      checkShape(logits, [images.shape[0], width], item, where, 'logits');
      checkShape(features, [images.shape[0], -1], item, where, 'features');
      return output as ReturnType<Model['apply']>;
    },
    [Symbol.dispose]: () =>
      runSync(item, '[Symbol.dispose]()', 'to free the weights', () => (model[Symbol.dispose] ? model[Symbol.dispose]() : model.weights[Symbol.dispose]())),
  };
}
