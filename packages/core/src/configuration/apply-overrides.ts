import { ConfigurationError } from '../contracts/errors.ts';
import { type ConfigNode, type MapNode, type Place, problemAt } from './config-node.ts';
import { readYaml } from './read-yaml.ts';

const maxParts = 50;
/** Of an override in places; the rest is cut off. */
const maxShown = 200;

/**
 * Applies `path=value` overrides to a tree, in order: `optimizer.rho=0.05`, `losses[0].weight=0.2`, `train.freeze["head/**"]=1`. The value is YAML and
 * replaces what is there; null removes it. Places in an override read `--set path=value:1:column`.
 *
 * @throws ConfigurationError where an override sets nothing, or something that cannot be set.
 */
export function applyOverrides(root: MapNode, overrides: readonly string[], env: Readonly<Record<string, string | undefined>>): MapNode {
  let node = root;
  for (const text of overrides) {
    const file = `--set ${text.length > maxShown ? `${text.slice(0, maxShown)}...` : text}`;
    const start: Place = { file, line: 1, column: 1 };
    const refuse = (message: string) => new ConfigurationError([problemAt(start, '', message)]);
    const parsed = parsePath(text);
    if (!parsed) throw refuse('this sets nothing, expected path=value (optimizer.rho=0.05)');
    if (parsed.path.length > maxParts) throw refuse(`its path has ${parsed.path.length} parts, expected at most ${maxParts}`);
    if (parsed.path.some((part) => ['__proto__', 'constructor', 'prototype', 'extends'].includes(part)))
      throw refuse(`'${parsed.path.join('.')}' cannot be set, expected another path`);
    const value: ConfigNode = parsed.value.trim() === '' ? { kind: 'scalar', at: start, value: '' } : readYaml(parsed.value, file, env);
    node = put(node, parsed.path, value, start, refuse) as MapNode;
  }
  return node;
}

function put(node: ConfigNode | undefined, [first, ...rest]: readonly string[], value: ConfigNode, at: Place, refuse: (message: string) => Error): ConfigNode {
  if (first === undefined) return value;
  if (node?.kind === 'list') {
    const index = Number(first);
    if (!Number.isInteger(index) || index < 0 || index > node.items.length)
      throw refuse(`'${first}' is not a position in a list of ${node.items.length}, expected 0 to ${node.items.length}`);
    const items = [...node.items];
    items[index] = put(items[index], rest, value, at, refuse);
    return { ...node, items };
  }
  const map: MapNode = node?.kind === 'map' ? node : { kind: 'map', at, entries: new Map() };
  const entries = new Map(map.entries);
  if (rest.length === 0 && value.kind === 'scalar' && value.value === null) entries.delete(first);
  else entries.set(first, { at, node: put(entries.get(first)?.node, rest, value, at, refuse) });
  return { ...map, entries };
}

function parsePath(text: string): { readonly path: readonly string[]; readonly value: string } | undefined {
  const path: string[] = [];
  let at = 0;
  const part = /(?:\.?([^.[\]="]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\])/y;
  for (;;) {
    part.lastIndex = at;
    const match = part.exec(text);
    if (!match) break;
    path.push(match[1] ?? match[2] ?? (match[3] as string));
    at = part.lastIndex;
  }
  return path.length > 0 && text[at] === '=' ? { path, value: text.slice(at + 1) } : undefined;
}
