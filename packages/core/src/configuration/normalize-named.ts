import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { Problem } from '../contracts/errors.ts';
import type { AnyItem, Kind } from '../contracts/plugin.ts';
import type { Catalogue } from './catalogue.ts';
import { type ConfigNode, type Entry, folderOf, type MapNode, problemAt, type ScalarNode } from './config-node.ts';
import { defaultItem, namedPlaces } from './experiment-schema.ts';
import { describe } from './explain-error.ts';
import { nearestName, suggestion } from './nearest-name.ts';
import { offeredNames } from './offered-names.ts';

/**
 * Everywhere an item is named: a text alone becomes `{ use: text }` (`tpr@fpr=1%` becomes { use: 'tpr@fpr', fpr: 0.01 }), options that are paths
 * become absolute, from the file in which they stand; unknown names become problems, in `unknown` where it is given.
 */
export function normalizeNamed(root: ConfigNode, catalogue: Catalogue, problems: Problem[], unknown: Problem[] = problems): ConfigNode {
  return namedPlaces.reduce((node, { path, kind, mayBeMissing }) => {
    // One of a list must say which it is; a single place may give options alone, those of the kind's default.
    const fallback = mayBeMissing && path.at(-1) !== '*' ? defaultItem(catalogue, kind) : undefined;
    return changeAt(node, path, [], (named, at) => normalize(withFallback(named, fallback), kind, at, catalogue, problems, unknown));
  }, root);
}

/** The tree with each node at a path with wildcards changed. */
export function changeAt(
  node: ConfigNode,
  [first, ...rest]: readonly string[],
  at: readonly string[],
  change: (node: ConfigNode, at: readonly string[]) => ConfigNode,
): ConfigNode {
  if (first === undefined) return change(node, at);
  if (node.kind === 'list') return first === '*' ? { ...node, items: node.items.map((item, i) => changeAt(item, rest, [...at, String(i)], change)) } : node;
  if (node.kind === 'scalar') return node;
  const keys = first === '*' ? [...node.entries.keys()] : [first];
  const entries = new Map(node.entries);
  for (const key of keys) {
    const entry = entries.get(key);
    if (entry) entries.set(key, { ...entry, node: changeAt(entry.node, rest, [...at, key], change) });
  }
  return { ...node, entries };
}

function normalize(node: ConfigNode, kind: Kind, at: readonly string[], catalogue: Catalogue, problems: Problem[], unknown: Problem[]): ConfigNode {
  if (node.kind === 'scalar' && node.broken !== undefined) {
    problems.push(problemAt(node.at, at, node.broken));
    return node;
  }
  const map = node.kind === 'scalar' && typeof node.value === 'string' ? fromText(node, node.value, kind, catalogue) : node;
  if (map.kind !== 'map') return map;
  const use = map.entries.get('use');
  if (!use) {
    problems.push(problemAt(map.at, at, `'use' is missing, expected ${aName(kind, catalogue)}`));
    return map;
  }
  if (use.node.kind !== 'scalar' || typeof use.node.value !== 'string') {
    problems.push(problemAt(use.node.at, [...at, 'use'], `found ${describe(use.node)}, expected ${aName(kind, catalogue)}`));
    return map;
  }
  const name = use.node.value;
  const item = catalogue.items(kind).find((one) => one.item.name === name)?.item;
  if (!item) {
    const known = names(kind, catalogue);
    const plugin = offeredNames.find((offered) => offered.kind === kind && offered.names.includes(name))?.plugin;
    const hint = plugin ? `; '${name}' comes with plugin "${plugin}"` : suggestion(name, known);
    unknown.push(
      problemAt(use.node.at, [...at, 'use'], `there is no ${kind} '${name}', expected one of ${known.join(', ') || '(no plugin offers any)'}${hint}`),
    );
    return map;
  }
  return withAbsolutePaths(map, item, at, problems);
}

/** Only options: `optimizer.base.learningRate` alone means the default rule. */
function withFallback(node: ConfigNode, fallback: string | undefined): ConfigNode {
  if (fallback === undefined || node.kind !== 'map' || node.entries.has('use')) return node;
  return { ...node, entries: new Map<string, Entry>([['use', { at: node.at, node: { kind: 'scalar', at: node.at, value: fallback } }], ...node.entries]) };
}

function fromText(node: ScalarNode, text: string, kind: Kind, catalogue: Catalogue): MapNode {
  const [, name = text, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  const item = catalogue.items(kind).find((one) => one.item.name === name)?.item as (AnyItem & { shorthand?: string }) | undefined;
  const entries = new Map<string, Entry>([['use', { at: node.at, node: { ...node, value: item?.shorthand && value !== undefined ? name : text } }]]);
  if (item?.shorthand && value !== undefined) {
    const number = value.endsWith('%') ? Number(value.slice(0, -1)) / 100 : Number(value);
    entries.set(item.shorthand, { at: node.at, node: { ...node, value: Number.isNaN(number) || value === '' ? value : number } });
  }
  return { kind: 'map', at: node.at, entries };
}

/**
 * The examples of a path are names that may stand in its place (`imagenet`): a file of that name is written `./imagenet`. What is nearly such a name, and no
 * file, is one that is misspelled.
 */
function withAbsolutePaths(map: MapNode, item: AnyItem, at: readonly string[], problems: Problem[]): MapNode {
  const { properties = {}, required = [] } = item.options as {
    readonly properties?: Readonly<Record<string, { readonly format?: string; readonly examples?: readonly unknown[] }>>;
    readonly required?: readonly string[];
  };
  const entries = new Map(map.entries);
  for (const [key, entry] of map.entries) {
    if (properties[key]?.format !== 'path') continue;
    const node: ConfigNode =
      entry.node.kind !== 'scalar' && entry.node.text !== undefined ? { kind: 'scalar', at: entry.node.at, value: entry.node.text } : entry.node;
    if (node.kind !== 'scalar' || typeof node.value !== 'string') continue;
    if (node.value === '') {
      if (required.includes(key)) problems.push(problemAt(node.at, [...at, key], 'found text "", expected a path (a variable may be empty)'));
      continue;
    }
    const names = (properties[key]?.examples ?? []).map(String);
    if (names.includes(node.value)) continue;
    const folder = folderOf(node.at);
    const meant = /^[\w-]+$/.test(node.value) && !existsSync(resolve(folder, node.value)) ? nearestName(node.value, names) : undefined;
    if (meant !== undefined)
      problems.push(
        problemAt(node.at, [...at, key], `found text "${node.value}", expected ${names.join(', ')}, or the path of a file; did you mean '${meant}'?`),
      );
    const written = node.written ?? (isAbsolute(node.value) ? undefined : node.value);
    const found = { ...node, value: resolve(folder, node.value) };
    entries.set(key, { ...entry, node: written === undefined ? found : { ...found, written, from: node.from ?? folder } });
  }
  return { ...map, entries };
}

/** What may stand under `use`, for messages. */
function aName(kind: Kind, catalogue: Catalogue): string {
  return `the name of ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}: ${names(kind, catalogue).join(', ')}`;
}

function names(kind: Kind, catalogue: Catalogue): string[] {
  return catalogue.items(kind).map(({ item }) => item.name);
}
