import { type ConfigNode, type Entry, type MapNode, type Place, problemAt, renderPath, useOf } from '../configuration/config-node.ts';
import { ConfigurationError } from '../contracts/errors.ts';
import { experimentShape, type ItemPlace, itemKeyword } from '../contracts/experiment.ts';

/** A value that a method of a study sets, and where it is written. */
export interface Change {
  /** `['optimizer', 'rho']`. */
  readonly path: readonly string[];
  /** Of the key. */
  readonly at: Place;
  readonly node: ConfigNode;
}

/** An experiment with a method's changes. */
export interface ChangedExperiment {
  readonly root: MapNode;
  /** Paths of values that a written block took over from the experiment: `optimizer.base`. */
  readonly inherited: readonly string[];
  /** Paths of values of the experiment that went with the item they belonged to. */
  readonly dropped: readonly (readonly string[])[];
}

/**
 * Sets what a method changes, in order. Maps with fixed keys (`train`, `data.image`) are merged key by key. So are the options of an item where its name
 * stays (`use` is the same, or not written). Another item keeps none of the options of the old one, but the keys that belong to every item in that place:
 * `base` and `warmupEpochs` of an optimizer. Lists, and maps whose keys are names of the user's own (`train.freeze`, `data.source`), are replaced. `null`
 * removes. What is written comes first, what is inherited after it.
 */
export function changeExperiment(root: MapNode, changes: readonly Change[]): ChangedExperiment {
  const inherited: string[] = [];
  const dropped: (readonly string[])[] = [];
  const merge = (base: ConfigNode | undefined, written: ConfigNode, path: readonly string[]): ConfigNode => {
    const shape = shapeAt(path);
    const place = shape?.[itemKeyword] as ItemPlace | undefined;
    const over = place ? named(written) : written;
    const under = base && place ? named(base) : base;
    if (over.kind !== 'map' || under?.kind !== 'map' || !(place || shape?.['properties'])) return written;
    const whole = !place || useOf(under) === (useOf(over) ?? useOf(under));
    const keeps = (key: string) => whole || key in (place?.beside ?? {});
    const entries = new Map<string, Entry>();
    const use = under.entries.get('use');
    if (place && use && !over.entries.has('use')) entries.set('use', use);
    for (const [key, entry] of over.entries) {
      const there = keeps(key) ? under.entries.get(key)?.node : undefined;
      if (!isNull(entry.node)) entries.set(key, { at: entry.at, node: merge(there, entry.node, [...path, key]) });
    }
    for (const [key, entry] of under.entries) {
      if (over.entries.has(key) || key === 'use') continue;
      if (!keeps(key)) dropped.push([...path, key]);
      else {
        entries.set(key, entry);
        inherited.push(renderPath([...path, key]));
      }
    }
    return { ...over, entries };
  };
  const put = (node: ConfigNode | undefined, path: readonly string[], depth: number, { at, node: value }: Change): ConfigNode => {
    const first = path[depth];
    if (first === undefined) return merge(node, value, path);
    if (node?.kind === 'list') {
      const index = Number(first);
      if (!Number.isInteger(index) || index < 0 || index > node.items.length) {
        const message = `'${first}' is not a position in a list of ${node.items.length}, expected 0 to ${node.items.length}`;
        throw new ConfigurationError([problemAt(at, path, message)]);
      }
      const items = [...node.items];
      items[index] = put(items[index], path, depth + 1, { path, at, node: value });
      return { ...node, items };
    }
    const found = node && shapeAt(path.slice(0, depth))?.[itemKeyword] ? named(node) : node;
    const map: MapNode = found?.kind === 'map' ? found : { kind: 'map', at, entries: new Map() };
    const entries = new Map(map.entries);
    if (depth === path.length - 1 && isNull(value)) entries.delete(first);
    else entries.set(first, { at, node: put(entries.get(first)?.node, path, depth + 1, { path, at, node: value }) });
    return { ...map, entries };
  };
  const changed = changes.reduce<ConfigNode>((node, change) => put(node, change.path, 0, change), root);
  return { root: changed as MapNode, inherited, dropped };
}

function isNull(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** `sam` is { use: sam }. */
function named(node: ConfigNode): ConfigNode {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return node;
  return { kind: 'map', at: node.at, entries: new Map([['use', { at: node.at, node }]]) };
}

type Shape = Readonly<Record<string, unknown>>;

/** What the shape of experiments says of a path; undefined for options of items and for keys that it does not know. */
function shapeAt(path: readonly string[]): Shape | undefined {
  return path.reduce<Shape | undefined>(
    (shape, key) => {
      const { properties, items, additionalProperties } = (shape ?? {}) as Record<string, Record<string, Shape> | undefined>;
      const place = shape?.[itemKeyword] as ItemPlace | undefined;
      if (place) return own(place.beside as unknown as Record<string, Shape>, key);
      return own(properties ?? {}, key) ?? items ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    },
    experimentShape as unknown as Shape,
  );
}

function own(map: Readonly<Record<string, Shape>>, key: string): Shape | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
