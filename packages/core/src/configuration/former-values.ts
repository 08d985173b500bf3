import type { AnyItem } from '../contracts/plugin.ts';
import type { Catalogue } from './catalogue.ts';
import type { ConfigNode, Entry } from './config-node.ts';
import { namedPlaces } from './experiment-schema.ts';
import { changeAt } from './normalize-named.ts';

type Value = string | number | boolean | null;

/**
 * The experiment of a run with the options that its items did not have yet when it was started, at the values of then (`formerly` in their schemas). A run
 * has all its options written out, so that what is missing is newer than the run.
 */
export function keepFormerValues<N extends ConfigNode>(root: N, catalogue: Catalogue): N {
  return namedPlaces.reduce<ConfigNode>(
    (node, { path, kind }) =>
      changeAt(node, path, [], (named) => {
        const use = named.kind === 'map' ? named.entries.get('use')?.node : undefined;
        if (named.kind !== 'map' || use?.kind !== 'scalar') return named;
        const item = catalogue.items(kind).find(({ item: { name } }) => name === use.value)?.item;
        const added = formerValues(item)
          .filter(([option]) => !named.entries.has(option))
          .map(([option, value]): [string, Entry] => [option, { at: named.at, node: { kind: 'scalar', at: named.at, value } }]);
        return added.length === 0 ? named : { ...named, entries: new Map([...named.entries, ...added]) };
      }),
    root,
  ) as N;
}

/** The options of an item that have another value in runs from before them, with that value. */
export function formerValues(item: AnyItem | undefined): readonly (readonly [option: string, value: Value])[] {
  const { properties = {} } = (item?.options ?? {}) as { readonly properties?: Readonly<Record<string, { readonly formerly?: Value }>> };
  return Object.entries(properties).flatMap(([option, { formerly }]) => (formerly === undefined ? [] : [[option, formerly] as const]));
}
