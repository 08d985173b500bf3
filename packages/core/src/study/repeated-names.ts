import { type ConfigNode, type Place, problemAt } from '../configuration/config-node.ts';
import type { Problem } from '../contracts/errors.ts';

/** A problem for each item of a list that stands there before: its runs would be the same ones. */
export function repeatedNames(key: string, node: ConfigNode | undefined): Problem[] {
  if (node?.kind !== 'list') return [];
  const seen = new Map<string, Place>();
  return node.items.flatMap((item, i) => {
    if (item.kind !== 'scalar') return [];
    const name = String(item.value);
    const before = seen.get(name);
    if (!before) seen.set(name, item.at);
    return before ? [problemAt(item.at, [key, String(i)], `${name} stands at ${before.line}:${before.column} too, expected each once`)] : [];
  });
}

/** Where each name of a list, or a name alone, stands first. */
export function firstOfEach(node: ConfigNode | undefined): ReadonlyMap<string, Place> {
  const items = node?.kind === 'list' ? node.items : node ? [node] : [];
  return new Map([...items].reverse().flatMap((item): [string, Place][] => (item.kind === 'scalar' ? [[String(item.value), item.at]] : [])));
}
