import { existsSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parsePath } from './apply-overrides.ts';
import { type ConfigNode, type MapNode, nodeAt, renderPath, replaceNode, type ScalarNode, toPlain } from './config-node.ts';
import { type Environment, fillVariables, variablesIn } from './fill-variables.ts';

/** What a user wrote where the resolved experiment has something else. */
export interface Written {
  /** `${FAS_DATA}/office`, `../data`, `./plugin.js`. */
  readonly text: string;
  /** Where the value is a path: the folder that it is relative to. */
  readonly from?: string;
}

/** By place in the experiment: `data.source.office.root`. */
export type WrittenValues = Readonly<Record<string, Written>>;

/** What was written in the files of a resolved tree: variables, relative paths, plugins by file. */
export function collectWritten(root: MapNode): WrittenValues {
  const found: Record<string, Written> = {};
  const visit = (node: ConfigNode, path: readonly string[]): void => {
    if (node.kind === 'list') for (const [i, item] of node.items.entries()) visit(item, [...path, String(i)]);
    else if (node.kind === 'map') for (const [key, entry] of node.entries) visit(entry.node, [...path, key]);
    else {
      const isPlugin = path.length === 2 && path[0] === 'plugins' && typeof node.value === 'string' && node.value.startsWith('.');
      const text = isPlugin ? String(node.value) : node.written;
      const from = node.from ?? (isPlugin ? dirname(resolve(node.at.file)) : undefined);
      if (text !== undefined) found[renderPath(path)] = { text, ...(from === undefined ? {} : { from }) };
    }
  };
  visit(root, []);
  return found;
}

/** For the file of an experiment in `folder`: folders become relative to it. */
export function portableWritten(written: WrittenValues, folder: string): WrittenValues {
  return Object.fromEntries(
    Object.entries(written).map(([path, { text, from }]) => [path, { text, ...(from === undefined ? {} : { from: relative(resolve(folder), from) || '.' }) }]),
  );
}

/**
 * Takes the key `written` of a run's experiment off, and finds again what has moved since: a path with a variable that is set goes by it; a path that no
 * longer exists is looked for where it was written, relative to the run's folder, then to the working folder.
 */
export function restoreWritten(root: MapNode, env: Environment): MapNode {
  const entry = root.entries.get('written');
  if (!entry) return root;
  const entries = new Map(root.entries);
  entries.delete('written');
  let tree: MapNode = { ...root, entries };
  if (entry.node.kind !== 'map') return tree;
  const base = dirname(resolve(entry.node.at.file));
  for (const [place, { node: one }] of entry.node.entries) {
    const { text, from } = (toPlain(one) ?? {}) as { readonly text?: unknown; readonly from?: unknown };
    const path = parsePath(`${place}=`)?.path;
    if (path === undefined || typeof text !== 'string') continue;
    const { node } = nodeAt(tree, path);
    if (node.kind !== 'scalar' || typeof node.value !== 'string' || nodeAt(tree, path.slice(0, -1)).node === node) continue;
    const folder = typeof from === 'string' ? resolve(base, from) : undefined;
    const value = folder === undefined ? node.value : find(node.value, text, folder, env);
    const isPlugin = path[0] === 'plugins';
    const restored: ScalarNode = { ...node, value, written: text, ...(folder === undefined ? {} : { from: folder }) };
    tree = replaceNode(tree, path, isPlugin ? { ...restored, value: pluginUrl(value) } : restored);
  }
  return tree;
}

function find(recorded: string, text: string, folder: string, env: Environment): string {
  const unset: string[] = [];
  const { value: filled } = fillVariables(text, env, (message) => unset.push(message));
  const candidates = unset.length > 0 ? [] : [resolve(folder, filled), resolve(filled)];
  const isSet = variablesIn(text).some((name) => env[name] !== undefined);
  const order = isSet ? [...candidates, recorded] : [recorded, ...candidates];
  return order.find((path) => existsSync(fileOf(path))) ?? recorded;
}

function fileOf(path: string): string {
  return path.startsWith('file:') ? fileURLToPath(path) : path;
}

function pluginUrl(value: string): string {
  return isAbsolute(value) ? pathToFileURL(value).href : value;
}
