import { resolve } from 'node:path';
import { describeReadError, readBounded } from '@gradalign/pixels/files';
import type { TSchema } from '@sinclair/typebox';
import { ConfigurationError, cannot, type Problem } from '../contracts/errors.ts';
import type { Catalogue } from './catalogue.ts';
import { checkPart } from './check-part.ts';
import type { Schema } from './compile-schema.ts';
import { folderOf, type MapNode, mergeNodes, nodeAt, type Place, problemAt } from './config-node.ts';
import { maxYamlLength, readYaml } from './read-yaml.ts';

/** Where settings come from. */
export interface SettingsSources {
  /** A YAML file, with `${NAME}` and `${NAME:-default}` filled in. */
  readonly file?: string | undefined;
  /** Variables that begin with `prefix` override the file: `DOOR__LIMITS__CLIP_SECONDS` is `limits.clipSeconds`; empty ones count as not set. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `DOOR__` */
  readonly prefix: string;
  /** Keys of the first level that hold paths: relative ones become absolute, from the folder of the file, or for a variable from the working directory. */
  readonly paths?: readonly string[];
}

/**
 * Settings of a program that runs models, checked against a schema, with its defaults.
 *
 * @throws ConfigurationError with every problem and its place, the variable's name where it comes from one; UserError, exit code 2, where the file cannot be read
 */
export function loadSettings<T>(schema: TSchema, { file, env, prefix, paths = [] }: SettingsSources): T {
  const written = file === undefined ? ({ kind: 'map', at: placeOf('environment'), entries: new Map() } as const) : readFile(file, env);
  const merged = Object.keys(env)
    .filter((name) => name.startsWith(prefix) && env[name] !== '')
    .sort()
    .reduce<MapNode>((node, name) => mergeNodes(node, nodeOf(name, pathOf(name.slice(prefix.length)), env[name] as string)) as MapNode, written);
  const root: MapNode = { ...merged, at: written.at };
  const problems: Problem[] = [];
  const settings = checkPart<Record<string, unknown>>(root, [], schema as Schema, noItems, problems);
  if (!settings) throw new ConfigurationError(problems);
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

function readFile(file: string, env: SettingsSources['env']): MapNode {
  let text: string;
  try {
    text = readBounded(file, 4 * maxYamlLength).toString();
  } catch (cause) {
    throw cannot(`read ${file}`, describeReadError(cause), 'a YAML file', { cause, exitCode: 2 });
  }
  const root = readYaml(text, file, env);
  if (root.kind !== 'map') throw new ConfigurationError([problemAt(root.at, '', 'the file holds no keys, expected `key: value` lines')]);
  return root;
}

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
