import { resolve } from 'node:path';
import type { Problem } from '../contracts/errors.ts';
import type { Catalogue } from './catalogue.ts';
import { type ConfigNode, type Entry, type MapNode, nodeAt, type Place, problemAt, replaceNode, useOf } from './config-node.ts';
import { suggestion } from './nearest-name.ts';
import { pathOptions } from './portable-settings.ts';

/** Sets where the data of domains are, as `--data name=path` says; what names no domain, or a data set without a path, becomes a problem. */
export function placeData(root: MapNode, data: readonly string[], catalogue: Catalogue, problems: Problem[]): MapNode {
  let tree = root;
  for (const text of data) {
    const at: Place = { file: `--data ${text}`, line: 1, column: 1 };
    const equals = text.indexOf('=');
    if (equals < 1 || equals === text.length - 1) {
      problems.push(problemAt(at, '', 'this names no data, expected <domain>=<folder>'));
      continue;
    }
    const [name, path] = [text.slice(0, equals), resolve(text.slice(equals + 1))];
    const places = ['source', 'target', 'domains'].map((side) => ['data', side]).filter((side) => domainsAt(root, side).has(name));
    if (places.length === 0) {
      const known = ['source', 'target', 'domains'].flatMap((side) => [...domainsAt(root, ['data', side]).keys()]);
      problems.push(problemAt(at, '', `there is no domain '${name}', expected one of ${[...new Set(known)].join(', ')}${suggestion(name, known)}`));
    }
    for (const side of places) {
      const named = asMap(nodeAt(tree, [...side, name]).node);
      const use = useOf(named);
      const options = pathOptions(catalogue.items('dataset').find(({ item }) => item.name === use)?.item);
      const option = options.length === 0 || options.includes('root') ? 'root' : (options[0] as string);
      const before = named.entries.get(option)?.node;
      // A run keeps what was first written there.
      const kept = before?.kind === 'scalar' && before.written !== undefined && before.from !== undefined ? { written: before.written, from: before.from } : {};
      const entries = new Map<string, Entry>(named.entries).set(option, { at, node: { kind: 'scalar', at, value: path, ...kept } });
      tree = replaceNode(tree, [...side, name], { ...named, entries });
    }
  }
  return tree;
}

function domainsAt(root: MapNode, path: readonly string[]): ReadonlyMap<string, Entry> {
  const [data, side] = path as [string, string];
  const above = root.entries.get(data)?.node;
  const domains = above?.kind === 'map' ? above.entries.get(side)?.node : undefined;
  return domains?.kind === 'map' ? domains.entries : new Map();
}

/** A data set that is its name alone has no options yet. */
function asMap(node: ConfigNode): MapNode {
  if (node.kind === 'map') return node;
  return { kind: 'map', at: node.at, entries: new Map([['use', { at: node.at, node }]]) };
}
