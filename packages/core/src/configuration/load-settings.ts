import { resolve } from 'node:path';
import { ConfigurationError, cannot, type Problem } from '../contracts/errors.ts';
import type { Catalogue } from './catalogue.ts';
import { checkPart } from './check-part.ts';
import type { Schema } from './compile-schema.ts';
import { folderOf, type MapNode, mergeNodes, nodeAt, type Place, problemAt } from './config-node.ts';
import { describe } from './explain-error.ts';
import { readConfigFile } from './read-file.ts';

/** Where settings come from, and what a schema cannot say of them. */
export interface SettingsSources<T = unknown> {
  /** A YAML file, with `${NAME}` and `${NAME:-default}` filled in; it may extend others. */
  readonly file?: string | undefined;
  /** For `${NAME}` in the file, and the variables of `prefix`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where files that it extends are also looked for. */
  readonly resolveFrom?: readonly string[];
  /** `DOOR__`: variables that begin so override the file, `DOOR__LIMITS__CLIP_SECONDS` is `limits.clipSeconds`; empty ones count as not set. Default: none do. */
  readonly prefix?: string;
  /** Keys of the first level that hold paths: relative ones become absolute, from the folder of the file, or for a variable from the working directory. */
  readonly paths?: readonly string[];
  /** Calls `refuse` with the path of what is wrong in settings that fit the schema, and what is expected there. */
  readonly check?: (settings: T, refuse: (path: readonly string[], expected: string) => void) => void;
}

/**
 * Settings of a program or a command, checked against a schema, with its defaults.
 *
 * @param schema JSON Schema (draft-07) of a map.
 * @throws ConfigurationError with every problem and its place, the variable's name where it comes from one; UserError, exit code 2, where the file cannot be read
 */
export function loadSettings<T>(schema: object, { file, env, resolveFrom = [], prefix, paths = [], check }: SettingsSources<T>): T {
  const written = file === undefined ? ({ kind: 'map', at: placeOf('environment'), entries: new Map() } as const) : readConfigFile(file, { env, resolveFrom });
  const merged = Object.keys(env)
    .filter((name) => prefix !== undefined && name.startsWith(prefix) && env[name] !== '')
    .sort()
    .reduce<MapNode>((node, name) => mergeNodes(node, nodeOf(name, pathOf(name.slice(prefix?.length)), env[name] as string)) as MapNode, written);
  const root: MapNode = { ...merged, at: written.at };
  const problems: Problem[] = [];
  const settings = checkPart<Record<string, unknown>>(root, [], schema as Schema, noItems, problems);
  if (settings)
    check?.(settings as T, (path, expected) => {
      const { node } = nodeAt(root, path);
      problems.push(problemAt(node.at, path, `found ${describe(node)}, expected ${expected}`));
    });
  if (!settings || problems.length > 0) throw new ConfigurationError(problems);
  for (const key of paths) {
    const { [key]: path } = settings;
    if (typeof path === 'string') settings[key] = resolve(folderOf(nodeAt(root, [key]).node.at), path);
  }
  return settings as T;
}

/** Settings name no items of plugins. */
const noItems: Catalogue = {
  find: (kind, name) => {
    throw cannot(`find ${kind} '${name}'`, 'settings name no items', 'none');
  },
  items: () => [],
  all: [],
  pluginFiles: [],
  otherPluginFiles: [],
};

/** `LIMITS__CLIP_SECONDS` is limits.clipSeconds. */
function pathOf(name: string): string[] {
  return name.split('__').map((part) => part.toLowerCase().replace(/_+([a-z\d])/g, (_, letter: string) => letter.toUpperCase()));
}

function nodeOf(variable: string, path: readonly string[], value: string): MapNode {
  const [first = '', ...rest] = path;
  const at = placeOf(variable);
  const node = rest.length > 0 ? nodeOf(variable, rest, value) : ({ kind: 'scalar', at, value, loose: true } as const);
  return { kind: 'map', at, entries: new Map([[first, { at, node }]]) };
}

function placeOf(file: string): Place {
  return { file, line: 1, column: 1 };
}
