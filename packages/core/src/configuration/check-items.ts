import type { Problem, UserError } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { AnyItem, Kind } from '../contracts/plugin.ts';
import { isPromise } from '../contracts/plugin-error.ts';
import type { Catalogue } from './catalogue.ts';
import { type ConfigNode, nodeAt, problemAt } from './config-node.ts';
import { namedPlaces } from './experiment-schema.ts';

/** Kinds that are made of their options and nothing else, so that making one shows whether these go together. */
const madeOfOptions: readonly Kind[] = ['augmentation', 'optimizer', 'updateRule', 'schedule', 'metric'];

/** Options that no schema refuses and that an item does not take together, at the item's place. */
export function checkItems(experiment: Experiment, root: ConfigNode, catalogue: Catalogue): Problem[] {
  return namedPlaces.flatMap(({ path, kind }) =>
    placesOf(experiment, path).flatMap(({ value, path: at }) => {
      const { use, ...given } = value;
      if (typeof use !== 'string') return [];
      const item = catalogue.find(kind, use);
      // What stands beside an item's options, such as an optimizer's base rule, is not its own.
      const { properties } = item.options as { properties?: object };
      const options = Object.fromEntries(Object.entries(given).filter(([name]) => name in (properties ?? {})));
      const refused = refusalOf(item, options);
      if (refused === undefined) return [];
      const { node, key } = nodeAt(root, at);
      return [problemAt(key ?? node.at, at, refused)];
    }),
  );
}

/** Why an item does not take these options together; undefined where it does. */
function refusalOf(item: AnyItem, options: Readonly<Record<string, unknown>>): string | undefined {
  try {
    item.check?.(options as never);
  } catch (error) {
    return messageFor(error, () => {
      throw error;
    });
  }
  if (!madeOfOptions.includes(item.kind)) return undefined;
  try {
    const made = item.create(options as never);
    if (isPromise(made)) made.then(undefined, () => {});
    else (made as Partial<Disposable> | undefined)?.[Symbol.dispose]?.();
    return undefined;
  } catch (error) {
    // A fault of a plugin is told as the plugin's when the item is used.
    return messageFor(error, () => undefined);
  }
}

/** By name: a plugin may have another copy of the class. */
function messageFor(error: unknown, otherwise: () => undefined): string | undefined {
  const { name, message, exitCode } = (error ?? {}) as UserError;
  return name === 'UserError' && exitCode === 2 ? message : otherwise();
}

interface FoundItem {
  readonly value: { readonly use?: unknown };
  readonly path: readonly string[];
}

/** The items at a place; `*` stands for any key or index. */
function placesOf(value: unknown, [first, ...rest]: readonly string[], path: readonly string[] = []): FoundItem[] {
  if (typeof value !== 'object' || value === null) return [];
  if (first === undefined) return [{ value, path }];
  const keys = first === '*' ? Object.keys(value) : [first];
  return keys.flatMap((key) => placesOf((value as Readonly<Record<string, unknown>>)[key], rest, [...path, key]));
}
