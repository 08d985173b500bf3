import { type PluginItem, runSync } from '../../contracts/plugin-error.ts';
import type { UpdateRule } from '../../contracts/update-rule.ts';
import { withMethods } from './check-value.ts';
import { guardStateful } from './guard-stateful.ts';

/** An update rule that moves the weights at once; its state is looked at after the first step. */
export function guardUpdateRule(made: unknown, item: PluginItem): UpdateRule {
  const rule = withMethods<UpdateRule>(made, item, ['apply', 'state', 'restore']);
  const stateful = guardStateful(rule, item);
  let tried = false;
  return {
    ...stateful,
    apply(direction, weights, learningRateFactor) {
      runSync(item, 'apply()', 'to move the weights', () => rule.apply(direction, weights, learningRateFactor));
      if (!tried) stateful.state();
      tried = true;
    },
  };
}
