import { dirname, resolve } from 'node:path';
import type { Problem } from '../contracts/errors.ts';

/** A place in a file that the user wrote. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The folder that a relative path written there belongs to: the file's, or for `--set` the working directory. */
export function folderOf({ file }: Place): string {
  return file.startsWith('--set') ? process.cwd() : dirname(resolve(file));
}

/** A value with its place, also where it came through `extends`, an anchor or `--set`. */
export type ConfigNode = ScalarNode | MapNode | ListNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Place;
  readonly value: string | number | boolean | null;
  /** A plain number, boolean or null as it stands in the file: `007`. */
  readonly source?: string;
  /** The text came from a variable or from `--set`: it becomes a number or a boolean where the schema expects one. */
  readonly loose?: true;
  /** What stands in the file where `value` was made of it: `${DATA}/a`, or a relative path. */
  readonly written?: string;
  /** Where the value is a path: the folder that `written` is relative to. */
  readonly from?: string;
  /** Why a text that begins like a list or a map is neither: told where one is expected. */
  readonly broken?: string;
}

export interface MapNode {
  readonly kind: 'map';
  readonly at: Place;
  readonly entries: ReadonlyMap<string, Entry>;
  /** The text that it was read from, where that came from `--set`: it stays text where text is expected. */
  readonly text?: string;
}

export interface Entry {
  /** Of the key. */
  readonly at: Place;
  readonly node: ConfigNode;
}

export interface ListNode {
  readonly kind: 'list';
  readonly at: Place;
  readonly items: readonly ConfigNode[];
  /** As of a map. */
  readonly text?: string;
}

/** The value without its places, as plain data. */
export function toPlain(node: ConfigNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toPlain);
  return Object.fromEntries([...node.entries].map(([key, { node: value }]) => [key, toPlain(value)]));
}

/** The node at a path and, in a map, its key's place; where the path leads nowhere, the last node on it. */
export function nodeAt(root: ConfigNode, path: readonly string[]): { readonly node: ConfigNode; readonly key?: Place } {
  let node = root;
  let key: Place | undefined;
  for (const part of path) {
    const entry = node.kind === 'map' ? node.entries.get(part) : undefined;
    const next = entry?.node ?? (node.kind === 'list' ? node.items[Number(part)] : undefined);
    if (!next) break;
    key = entry?.at;
    node = next;
  }
  return { node, ...(key ? { key } : {}) };
}

/** The tree with another node at a path that exists. */
export function replaceNode<N extends ConfigNode>(node: N, [first, ...rest]: readonly string[], by: ConfigNode): N {
  if (first === undefined) return by as N;
  if (node.kind === 'list') return { ...node, items: node.items.map((item, i) => (String(i) === first ? replaceNode(item, rest, by) : item)) };
  const entry = node.kind === 'map' ? node.entries.get(first) : undefined;
  return node.kind === 'map' && entry ? { ...node, entries: new Map(node.entries).set(first, { ...entry, node: replaceNode(entry.node, rest, by) }) } : node;
}

/** A problem at a place; `path` names the value. */
export function problemAt({ file, line, column }: Place, path: readonly string[] | string, message: string): Problem {
  return { file, line, column, path: typeof path === 'string' ? path : renderPath(path), message };
}

/** A path as text: `losses[0].weight`, `train.freeze["head/**"]`. */
export function renderPath(path: readonly string[]): string {
  return path.reduce(
    (text, part) =>
      /^\d+$/.test(part) ? `${text}[${part}]` : /^[\w-]+$/.test(part) ? `${text}${text === '' ? '' : '.'}${part}` : `${text}[${JSON.stringify(part)}]`,
    '',
  );
}

/** `over` merged into `base`: maps key by key; anything else, and a map with another `use`, replaces what was there; null removes it. */
export function mergeNodes(base: ConfigNode, over: ConfigNode): ConfigNode {
  if (base.kind !== 'map' || over.kind !== 'map' || useOf(base) !== (useOf(over) ?? useOf(base))) return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const there = entries.get(key);
    if (entry.node.kind === 'scalar' && entry.node.value === null) entries.delete(key);
    else entries.set(key, there ? { at: entry.at, node: mergeNodes(there.node, entry.node) } : entry);
  }
  return { ...over, entries };
}

/** A name as it was written: `007` is not 7. */
export function nameOf(node: ScalarNode): string {
  return node.source ?? String(node.value);
}

/** The text under `use`, where the node is a map with one. */
export function useOf(node: ConfigNode): string | undefined {
  const use = node.kind === 'map' ? node.entries.get('use')?.node : undefined;
  return use?.kind === 'scalar' && typeof use.value === 'string' ? use.value : undefined;
}
