import { cannot, nearestName, readSafetensors, type StoredTensor, type Weights } from '@gradalign/core';
import * as tf from '@tensorflow/tfjs-core';
import { torchvisionName } from './torchvision-names.ts';

/** What loading a weight file left out. */
export interface LoadedWeights {
  /** Names of the model's weights that keep their initial values, since the file lacks them or has another shape. */
  readonly kept: readonly string[];
  /** Names of the file's tensors that were not used. */
  readonly skipped: readonly string[];
}

/**
 * Loads a safetensors file, in torchvision's naming or ours, into a model's weights. Throws a UserError that lists all problems at once and changes nothing.
 *
 * @param weights Of the model; changed in place.
 * @param file A path.
 * @param options `strict: false` accepts a missing head or one of another shape, which keeps its initial values, and ignores surplus tensors.
 */
export function loadWeights(weights: Weights, file: string, { strict }: { readonly strict: boolean }): LoadedWeights {
  const { tensors } = readSafetensors(file);
  const own = [...weights.parameters.keys(), ...weights.statistics.keys()];
  const found = new Map(
    Object.entries(tensors).flatMap(([name, tensor]): [string, StoredTensor][] => (own.includes(name) ? [[name, tensor]] : tensorInOurLayout(name, tensor))),
  );
  const surplus = [...found.keys()].filter((name) => !own.includes(name));
  const missing = own.filter((name) => !found.has(name));
  const misshapen = own.filter((name) => found.has(name) && found.get(name)?.shape.join() !== weights.get(name).shape.join());
  const isHead = (name: string) => name.startsWith('head/');
  const ignored = (name: string) => !strict && isHead(name);
  const problems = [
    ...list(
      'it lacks',
      missing.filter((name) => !ignored(name)).map((name) => withSuggestion(name, surplus)),
    ),
    ...misshapen
      .filter((name) => !ignored(name))
      .map((name) => `${name} has shape [${found.get(name)?.shape.join(', ')}] where the model has [${weights.get(name).shape.join(', ')}]`),
    ...(strict ? list('the model has no', surplus) : []),
  ];
  const bad = [...found].find(([name, { data }]) => own.includes(name) && !data.every(Number.isFinite));
  if (bad) throw cannot(`load weights ${file}`, `'${bad[0]}' holds ${bad[1].data.find((value) => !Number.isFinite(value))}`, 'finite numbers only');
  if (problems.length > 0) {
    const onlyHead = [...missing, ...misshapen, ...surplus].every(isHead);
    throw cannot(
      `load weights ${file}`,
      problems.join('; '),
      `the weights of this network${strict && onlyHead ? ' (strict: false accepts them with a new head)' : ''}`,
    );
  }
  for (const [name, tensor] of found) {
    if (!own.includes(name) || misshapen.includes(name)) continue;
    const value = tf.tensor(tensor.data, [...tensor.shape], 'float32');
    weights.assign(name, value);
    value.dispose();
  }
  return { kept: [...missing, ...misshapen], skipped: [...surplus, ...misshapen] };
}

/** A tensor in torchvision's naming (without slashes) or ours, under our name and in our layout; none where it is no weight. */
export function tensorInOurLayout(name: string, tensor: StoredTensor): [string, StoredTensor][] {
  if (name.includes('/')) return [[name, tensor]];
  const known = torchvisionName(name, tensor.shape.length);
  if (!known) return [];
  return [[known.name, transposed(tensor, known.layout)]];
}

function transposed({ shape, data }: StoredTensor, layout: 'oihw' | 'oi' | 'same'): StoredTensor {
  if (layout === 'same') return { shape, data };
  const [o = 1, i = 1, h = 1, w = 1] = shape;
  const out = new Float32Array(data.length);
  for (let a = 0; a < o; a++) for (let b = 0; b < i; b++) for (let c = 0; c < h * w; c++) out[(c * i + b) * o + a] = data[(a * i + b) * h * w + c] as number;
  return { shape: layout === 'oihw' ? [h, w, i, o] : [i, o], data: out };
}

function list(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`${what} ${names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`}`];
}

function withSuggestion(name: string, surplus: readonly string[]): string {
  const near = nearestName(name, surplus);
  return near === undefined ? name : `${name} (it has ${near})`;
}
