import { describeValue, PluginError, type PluginItem } from '../../contracts/plugin-error.ts';
import type { Weights } from '../../contracts/weights.ts';
import { shapeOf } from './check-value.ts';

/** What a callback's `take` returns, for messages. */
export const offered = '{ values, statistics, about, facts, [Symbol.dispose]() }, or { error }';

/** Throws the plugin's fault where what a callback offers are no weights that could stand in place of the run's. */
export function checkOffered(taken: unknown, weights: Weights | undefined, item: PluginItem): void {
  const [is, expected] = objectFault(taken) ?? valuesFault((taken as { readonly values: unknown }).values, weights) ?? [];
  if (is !== undefined && expected !== undefined) throw new PluginError(item, 'offers.take()', is, expected);
}

type Fault = readonly [is: string, expected: string];

function objectFault(taken: unknown): Fault | undefined {
  if (typeof taken !== 'object' || taken === null) return [`returns ${describeValue(taken)}`, offered];
  const { statistics, about, facts, [Symbol.dispose]: dispose } = taken as { [name: string | symbol]: unknown };
  if (statistics !== 'given' && (typeof statistics !== 'object' || statistics === null))
    return [`returns statistics as ${describeValue(statistics)}`, "'given', or { batches? }"];
  if (typeof about !== 'string') return [`returns about as ${describeValue(about)}`, 'what the weights are, in words'];
  if (typeof facts !== 'object' || facts === null) return [`returns facts as ${describeValue(facts)}`, 'numbers by name'];
  const odd = Object.entries(facts).find(([, value]) => !Number.isFinite(value));
  if (odd) return [`returns the fact '${odd[0]}' as ${describeValue(odd[1])}`, 'a finite number'];
  return typeof dispose === 'function' ? undefined : ['returns an object without [Symbol.dispose]()', offered];
}

function valuesFault(values: unknown, weights: Weights | undefined): Fault | undefined {
  if (!(values instanceof Map)) return [`offers values as ${describeValue(values)}`, 'tensors by name, in a Map'];
  for (const [name, value] of values) {
    const shape = shapeOf(value);
    if (!shape) return [`offers '${name}' as ${describeValue(value)}`, 'tensors by name, in a Map'];
    if (!weights) continue;
    const own = weights.parameters.get(name) ?? weights.statistics.get(name);
    if (!own) return [`offers '${name}'`, 'names of the weights of the run'];
    if (shape.join() !== own.shape.join()) return [`offers '${name}' as ${describeValue(value)}`, `the shape of that weight, [${own.shape.join(', ')}]`];
  }
  return undefined;
}
