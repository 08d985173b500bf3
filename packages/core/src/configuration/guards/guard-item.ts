import type { AnyItem, Kind } from '../../contracts/plugin.ts';
import { blame, isPromise, PluginError, type PluginItem, runItem, runSync } from '../../contracts/plugin-error.ts';
import { rememberItem } from './culprit.ts';
import { guardCallback } from './guard-callback.ts';
import { guardDataset } from './guard-dataset.ts';
import { guardLoss } from './guard-loss.ts';
import { guardMetric } from './guard-metric.ts';
import { guardModel } from './guard-model.ts';
import { guardOptimizer } from './guard-optimizer.ts';
import { guardProtocol } from './guard-protocol.ts';
import { guardSchedule } from './guard-schedule.ts';
import { guardUpdateRule } from './guard-update-rule.ts';

/** Checks an object that a plugin made, and returns it such that each use is checked too. `context` is what it was made with. */
export type Guard = (made: unknown, item: PluginItem, context: readonly unknown[]) => unknown;

const guards: Readonly<Record<Kind, Guard | undefined>> = {
  dataset: guardDataset,
  model: guardModel,
  loss: guardLoss,
  updateRule: guardUpdateRule,
  optimizer: guardOptimizer,
  schedule: guardSchedule,
  metric: guardMetric,
  callback: guardCallback,
  protocol: guardProtocol,
  // Made where they run, in worker threads: see findAugmentations.
  augmentation: undefined,
};

const mayBeAsync: readonly Kind[] = ['dataset', 'model'];

/** An item of a plugin whose faults are told as such: what its `create` throws, what it returns, and what the objects do that it makes. */
export function guardItem(item: AnyItem, plugin: string, file?: string): AnyItem {
  const { kind, name } = item;
  const of: PluginItem = { plugin, kind, name, ...(file === undefined ? {} : { file }) };
  const guard = guards[kind];
  if (!guard) return item;
  const expected = `the object of a ${kind}`;
  const create = (options: never, ...context: never[]): unknown => {
    rememberItem(of);
    const made = runItem(of, 'create()', expected, () => item.create(options, ...context));
    if (!isPromise(made)) return guard(made, of, context);
    if (!mayBeAsync.includes(kind)) {
      made.then(undefined, () => {});
      throw new PluginError(of, 'create()', 'returns a promise', `${expected}, without a promise`);
    }
    return made.then(
      (value) => guard(value, of, context),
      (error) => {
        throw blame(of, 'create()', expected, error);
      },
    );
  };
  const { startAdvice } = item as { startAdvice?: (options: unknown) => string | undefined };
  const { check } = item;
  return {
    ...item,
    create,
    ...(check ? { check: (options: never) => runSync(of, 'check()', 'to return, or to throw a UserError', () => check.call(item, options)) } : {}),
    ...(startAdvice ? { startAdvice: (options: unknown) => runItem(of, 'startAdvice()', 'text or undefined', () => startAdvice.call(item, options)) } : {}),
  };
}
