import { describeValue, PluginError, type PluginItem } from '../../contracts/plugin-error.ts';

/** The value as an object with the named methods. Throws the plugin's fault where it is none or lacks one. */
export function withMethods<T>(made: unknown, item: PluginItem, methods: readonly string[], where = 'create()'): T {
  const expected = `an object with ${methods.map((name) => `${name}()`).join(', ')}`;
  if (typeof made !== 'object' || made === null) throw new PluginError(item, where, `returns ${describeValue(made)}`, expected);
  const lacking = methods.find((name) => typeof (made as Record<string, unknown>)[name] !== 'function');
  if (lacking !== undefined) {
    const there = (made as Record<string, unknown>)[lacking];
    throw new PluginError(
      item,
      where,
      there === undefined ? `returns an object without ${lacking}()` : `returns ${lacking} as ${describeValue(there)}`,
      expected,
    );
  }
  return made as T;
}

/** Shape of a tensor; undefined for anything else. */
export function shapeOf(value: unknown): readonly number[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { shape, dataSync } = value as { shape?: unknown; dataSync?: unknown };
  return Array.isArray(shape) && typeof dataSync === 'function' ? (shape as number[]) : undefined;
}

/** Throws the plugin's fault where a value is not a tensor of this shape, of floats. `-1` stands for any size. */
export function checkShape(value: unknown, shape: readonly number[], item: PluginItem, where: string, what: string): void {
  const found = shapeOf(value);
  if (found && found.length === shape.length && shape.every((size, i) => size === -1 || size === found[i])) {
    const { dtype } = value as { dtype?: unknown };
    if (dtype !== 'float32') throw new PluginError(item, where, `returns ${what} as a tensor of ${String(dtype)}`, 'float32');
    return;
  }
  const sizes = shape.map((size) => (size === -1 ? 'any' : size)).join(', ');
  throw new PluginError(item, where, `returns ${what} as ${describeValue(value)}`, `a tensor of shape [${sizes}]`);
}

/** Throws the plugin's fault where a value is not Weights. Another copy of core has another class: its parts count. */
export function checkWeights(weights: unknown, item: PluginItem, where: string): void {
  const parts = (weights ?? {}) as Record<string, unknown>;
  const lacks = ['get', 'freeze', 'shifted', 'assign', 'nonFinite'].some((name) => typeof parts[name] !== 'function');
  if (!(parts['parameters'] instanceof Map) || !(parts['statistics'] instanceof Map) || lacks)
    throw new PluginError(item, where, `returns weights as ${describeValue(weights)}`, "Weights of '@gradalign/core'");
}

/** The methods of Stateful: a state of tensors by name and of values that JSON holds, checked at the first step and not at the first checkpoint. */
export function checkState(state: unknown, item: PluginItem): void {
  const contract = '{ tensors?: tensors by name, values?: values that JSON holds }';
  if (typeof state !== 'object' || state === null || Array.isArray(state)) throw new PluginError(item, 'state()', `returns ${describeValue(state)}`, contract);
  const other = Object.keys(state).find((name) => name !== 'tensors' && name !== 'values');
  if (other !== undefined) throw new PluginError(item, 'state()', `returns '${other}', which is not saved`, contract);
  const { tensors = {}, values = {} } = state as { tensors?: Record<string, unknown>; values?: Record<string, unknown> };
  const odd = Object.entries(tensors).find(([, tensor]) => !shapeOf(tensor));
  if (odd) throw new PluginError(item, 'state()', `returns tensor '${odd[0]}' as ${describeValue(odd[1])}`, contract);
  const why = whyNotJson(values);
  if (why !== undefined) throw new PluginError(item, 'state()', `returns values${why}, which JSON cannot hold`, contract);
}

/**
 * The first part of a value that JSON would lose or change: `.mean as NaN`. Properties that are undefined are as good as absent. Undefined where there is
 * none.
 */
export function whyNotJson(value: unknown, within: readonly unknown[] = []): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return undefined;
  if (typeof value !== 'object') return ` as ${describeValue(value)}`;
  if (within.includes(value)) return ' that contain themselves';
  const through = [...within, value];
  if (Array.isArray(value))
    return firstOf(
      value.map((each, i) => [`[${i}]`, each]),
      through,
    );
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return ` as an object of ${value.constructor?.name ?? 'another class'}`;
  return firstOf(
    Object.entries(value).flatMap(([name, each]) => (each === undefined ? [] : [[`.${name}`, each] as const])),
    through,
  );
}

function firstOf(parts: readonly (readonly [string, unknown])[], within: readonly unknown[]): string | undefined {
  for (const [name, part] of parts) {
    const why = whyNotJson(part, within);
    if (why !== undefined) return `${name}${why}`;
  }
  return undefined;
}
