import { UserError } from './errors.ts';
import type { Kind } from './plugin.ts';

/** Which item of which plugin is meant. */
export interface PluginItem {
  /** Name of the plugin, and the package or file that the user named where that is another. */
  readonly plugin: string;
  readonly kind: Kind;
  readonly name: string;
  /** URL of the plugin's module, where it has one. */
  readonly file?: string;
}

/** An item of a plugin breaks its contract: the plugin's author has to mend it. `cause` is what the plugin threw. Exit code 1. */
export class PluginError extends UserError {
  readonly item: PluginItem;
  /** `where` is the method that breaks the contract; `is` and `expected` say what was found and what the contract asks for. */
  constructor(item: PluginItem, where: string, is: string, expected: string, options: ErrorOptions = {}) {
    super(
      `Cannot use ${item.kind} '${item.name}' of plugin '${item.plugin}': ${where} ${is}, expected ${expected}. This is a fault of the plugin (--debug shows where)`,
      options,
    );
    this.item = item;
  }
}

/** Errors that say what they have to: a user's mistake, another item's fault, an interruption. Names, since the plugin may have another copy of a package. */
const passing = ['UserError', 'ConfigurationError', 'EngineError', 'FaceDetectorError', 'AbortError'];

/** What a plugin threw, as its fault; errors that are meant for the user stay as they are. */
export function blame(item: PluginItem, where: string, expected: string, error: unknown): Error {
  if (error instanceof Error && passing.includes(error.name)) return error;
  return new PluginError(item, where, `throws ${describeThrown(error)}`, expected, { cause: error });
}

/** Runs code of a plugin; what it throws becomes the plugin's fault. */
export function runItem<T>(item: PluginItem, where: string, expected: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw blame(item, where, expected, error);
  }
}

/** Runs code of a plugin that must not be async. */
export function runSync<T>(item: PluginItem, where: string, expected: string, body: () => T): T {
  const value = runItem(item, where, expected, body);
  if (!isPromise(value)) return value;
  // Nobody will await it.
  value.then(undefined, () => {});
  throw new PluginError(item, where, 'returns a promise', `${expected}, without a promise`);
}

/** Whether a value can be awaited. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** What a value is, for messages: `a list`, `text "abc"`, `undefined`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value)}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const { shape } = value as { shape?: unknown };
  return Array.isArray(shape) ? `a tensor of shape [${shape.join(', ')}]` : isPromise(value) ? 'a promise' : 'an object';
}

/** An error by its name and the first line of its message; anything else as `describeValue` says it. */
export function describeThrown(error: unknown): string {
  if (!(error instanceof Error)) return describeValue(error);
  const [first = ''] = error.message.split('\n');
  return `${error.name}: ${first}`;
}
