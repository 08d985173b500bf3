import type { Model, ModelContext, ModelOutput, SpatialHalves } from '../../contracts/model.ts';
import { describeValue, PluginError, type PluginItem, runSync } from '../../contracts/plugin-error.ts';
import { checkShape, checkWeights, withMethods } from './check-value.ts';

/** A model whose forward pass returns features [n, d] and logits [n, logits], as many as the risk asked for; checked in every pass. */
export function guardModel(made: unknown, item: PluginItem, [context]: readonly unknown[]): Model {
  const model = withMethods<Model>(made, item, ['apply']);
  const { logits: width } = context as ModelContext;
  checkWeights(model.weights, item, 'create()');
  const checked = (output: unknown, where: string, n: number): ModelOutput => {
    if (typeof output !== 'object' || output === null) throw new PluginError(item, where, `returns ${describeValue(output)}`, '{ features, logits }');
    const { features, logits } = output as { features?: unknown; logits?: unknown };
    checkShape(logits, [n, width], item, where, 'logits');
    checkShape(features, [n, -1], item, where, 'features');
    return output as ModelOutput;
  };
  const spatial = model.spatial === undefined ? undefined : withMethods<SpatialHalves>(model.spatial, item, ['map', 'output'], 'spatial');
  return {
    weights: model.weights,
    ...(model.takesGroups === undefined ? {} : { takesGroups: model.takesGroups }),
    ...(model.statisticsMomentum === undefined ? {} : { statisticsMomentum: model.statisticsMomentum }),
    apply(images, pass) {
      const where = 'apply()';
      return checked(
        runSync(item, where, '{ features, logits }', () => model.apply(images, pass)),
        where,
        images.shape[0],
      );
    },
    ...(spatial ? { spatial: guardSpatial(spatial, item, checked) } : {}),
    [Symbol.dispose]: () =>
      runSync(item, '[Symbol.dispose]()', 'to free the weights', () => (model[Symbol.dispose] ? model[Symbol.dispose]() : model.weights[Symbol.dispose]())),
  };
}

/** Both halves of the forward pass, with what they return checked. */
function guardSpatial(spatial: SpatialHalves, item: PluginItem, checked: (output: unknown, where: string, n: number) => ModelOutput): SpatialHalves {
  return {
    map(images, pass) {
      const found: unknown = runSync(item, 'spatial.map()', 'the last spatial map', () => spatial.map(images, pass));
      checkShape(found, [images.shape[0], -1, -1, -1], item, 'spatial.map()', 'the map');
      return found as ReturnType<SpatialHalves['map']>;
    },
    output: (map, pass) =>
      checked(
        runSync(item, 'spatial.output()', '{ features, logits }', () => spatial.output(map, pass)),
        'spatial.output()',
        map.shape[0],
      ),
  };
}
