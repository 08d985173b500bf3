import type { ConfigNode, Entry, MapNode, Place } from '../configuration/config-node.ts';
import type { Study } from './study-definition.ts';

/** What a study says, with the places where it says it. */
export interface StudyNodes {
  /** What each method sets, by its name. */
  readonly methods: ReadonlyMap<string, MapNode>;
  /** Where each target is named. */
  readonly targets: ReadonlyMap<string, Place>;
  /** Where the metric that a search chooses by is named. */
  readonly choose?: Place;
  /** Where it says after how many epochs trials are first compared. */
  readonly halving?: Place;
  /** By method and path: where a search has its range. */
  readonly ranges: ReadonlyMap<string, ReadonlyMap<string, RangePlace>>;
  /** Of everything else. */
  readonly at: Place;
}

/** Where the range of a search stands. */
export interface RangePlace {
  /** Of the path. */
  readonly at: Place;
  /** Of the bounds, or of each value to choose from. */
  readonly values: readonly Place[];
  /** Written for all methods, of which some may not have the setting. */
  readonly shared: boolean;
}

/** By the methods of the study that was read. */
const read = new WeakMap<Study['methods'], StudyNodes>();

/** Keeps the places of a study that was read from a file, for messages and for paths that are relative to the file. */
export function rememberNodes({ methods }: Pick<Study, 'methods'>, nodes: StudyNodes): void {
  read.set(methods, nodes);
}

/** Those of the file; for a study that was made by a program, its values, at a place that says so. */
export function nodesOf({ methods }: Pick<Study, 'methods'>): StudyNodes {
  const known = read.get(methods);
  if (known) return known;
  const at: Place = { file: '--set', line: 1, column: 1 };
  return {
    methods: new Map(Object.entries(methods).map(([name, changes]) => [name, nodeOf(changes, at) as MapNode])),
    targets: new Map(),
    ranges: new Map(),
    at,
  };
}

/** Plain data as if it stood at a place. */
export function nodeOf(value: unknown, at: Place): ConfigNode {
  if (Array.isArray(value)) return { kind: 'list', at, items: value.map((one) => nodeOf(one, at)) };
  if (typeof value === 'object' && value !== null)
    return { kind: 'map', at, entries: new Map(Object.entries(value).map(([key, one]): [string, Entry] => [key, { at, node: nodeOf(one, at) }])) };
  return { kind: 'scalar', at, value: value as string | number | boolean | null, ...(typeof value === 'string' ? { loose: true as const } : {}) };
}
