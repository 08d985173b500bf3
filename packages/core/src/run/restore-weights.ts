import type * as tf from '@tensorflow/tfjs-core';
import { cannot } from '../contracts/errors.ts';
import type { Weights } from '../contracts/weights.ts';

/**
 * Assigns every parameter and statistic, or none: names and shapes must match the model's. The tensors stay the caller's.
 *
 * @throws UserError that lists what does not match.
 */
export function restoreWeights(weights: Weights, values: Readonly<Record<string, tf.Tensor>>, from: string): void {
  const own = [...weights.parameters.keys(), ...weights.statistics.keys()];
  const missing = own.filter((name) => !Object.hasOwn(values, name));
  const surplus = Object.keys(values).filter((name) => !own.includes(name));
  const misshapen = own.filter((name) => Object.hasOwn(values, name) && weights.get(name).shape.join() !== values[name]?.shape.join());
  const problems = [
    ...(missing.length > 0 ? [`it lacks ${some(missing)}`] : []),
    ...(surplus.length > 0 ? [`the model has no ${some(surplus)}`] : []),
    ...misshapen.map((name) => `${name} has shape [${values[name]?.shape}] where the model has [${weights.get(name).shape}]`),
  ];
  if (problems.length > 0) throw cannot(`restore the weights from ${from}`, problems.join('; '), 'the weights of the same network');
  for (const name of own) weights.assign(name, values[name] as tf.Tensor);
}

function some(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`;
}
