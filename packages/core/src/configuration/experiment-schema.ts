import { derivedKeyword, experimentShape, type ItemPlace, itemKeyword } from '../contracts/experiment.ts';
import type { AnyItem, Kind } from '../contracts/plugin.ts';
import type { Catalogue } from './catalogue.ts';
import type { Schema } from './compile-schema.ts';

/** A place of an experiment that names items, and their kind; `*` stands for any key or index. */
export interface NamedPlace {
  readonly path: readonly string[];
  readonly kind: Kind;
  /** Whether the kind's default stands there where nothing is written. */
  readonly mayBeMissing: boolean;
}

const shape = JSON.parse(JSON.stringify(experimentShape)) as Schema;

/** All of them, read from the shape of experiments; outer places come before those inside them. */
export const namedPlaces: readonly NamedPlace[] = placesIn(shape, []);

/** The schema of experiments with the items of a catalogue. Every default comes from the shape or from an item's own schema. */
export function experimentSchema(catalogue: Catalogue): Schema {
  return filled(shape, catalogue) as Schema;
}

/**
 * One schema for "any item of this kind, by name", with its options beside the name. With `discriminator` ajv checks only the named branch and fills in
 * its defaults; an editor reads the oneOf.
 */
export function union(catalogue: Catalogue, kind: Kind, beside: (item: AnyItem) => Record<string, Schema> = () => ({})): Schema {
  const items = catalogue.items(kind).map(({ item }) => item);
  if (items.length === 0) return { type: 'object', properties: { use: { type: 'string' } }, required: ['use'] };
  return {
    type: 'object',
    required: ['use'],
    discriminator: { propertyName: 'use' },
    oneOf: items.map((item) => {
      const { properties = {}, required = [] } = JSON.parse(JSON.stringify(item.options)) as { properties?: Record<string, Schema>; required?: string[] };
      return {
        ...object({ use: { const: item.name, type: 'string', description: item.summary }, ...properties, ...beside(item) }),
        required: ['use', ...withoutDefault(required, properties)],
        description: item.paper ? `${item.summary} (${item.paper})` : item.summary,
      };
    }),
  };
}

/** The schema of a map with these keys and no others. */
export function object(properties: Record<string, Schema>, rest: Schema = {}): Schema {
  return { type: 'object', properties, additionalProperties: false, ...rest };
}

/** The item that an experiment gets where it names none of the kind: the one that says so, or the only one there is. */
export function defaultItem(catalogue: Catalogue, kind: Kind): string | undefined {
  const items = catalogue.items(kind);
  return (items.find(({ item }) => item.isDefault) ?? (items.length === 1 ? items[0] : undefined))?.item.name;
}

function placesIn(schema: Schema, path: readonly string[]): NamedPlace[] {
  const place = schema[itemKeyword] as ItemPlace | undefined;
  const { properties = {}, items, additionalProperties } = schema as Children;
  const inside = Object.entries({ ...properties, ...place?.beside }).flatMap(([key, child]) => placesIn(child, [...path, key]));
  const any = [items, additionalProperties].flatMap((child) => (typeof child === 'object' ? placesIn(child, [...path, '*']) : []));
  return [...(place ? [{ path, kind: place.kind, mayBeMissing: place.mayBeMissing }] : []), ...inside, ...any];
}

interface Children {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

/** Puts the items in their places, with their kinds' defaults; what has a default is no longer required. */
function filled(schema: Schema, catalogue: Catalogue): Schema {
  const {
    [itemKeyword]: place,
    [derivedKeyword]: _,
    properties,
    items,
    additionalProperties,
    required,
    ...rest
  } = schema as Schema & Children & { required?: string[] };
  if (place) {
    const { kind, beside, mayBeMissing } = place as ItemPlace;
    const fallback = mayBeMissing ? defaultItem(catalogue, kind) : undefined;
    const besides = Object.entries(beside).map(([key, child]): [string, Schema] => [key, filled(child, catalogue)]);
    const own = (item: AnyItem, key: string) => (item as unknown as Record<string, unknown>)[key];
    const extra = (item: AnyItem) =>
      Object.fromEntries(besides.map(([key, child]) => [key, own(item, key) === undefined ? child : { ...child, default: own(item, key) }]));
    return { ...union(catalogue, kind, extra), ...(fallback === undefined ? {} : { default: { use: fallback } }), ...rest };
  }
  const out: Schema = { ...rest };
  if (properties) {
    const inner = Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, filled(child, catalogue)]));
    out['properties'] = inner;
    const needed = withoutDefault(required ?? [], inner).filter((name) => !properties[name]?.[derivedKeyword]);
    if (needed.length > 0) out['required'] = needed;
  }
  if (items) {
    const inner = filled(items, catalogue);
    // One default among the items is the list's default; within a list each must be named.
    const { default: fallback, ...each } = inner;
    out['items'] = each;
    if (fallback !== undefined && items[itemKeyword]) out['default'] = [fallback];
  }
  if (typeof additionalProperties === 'object') {
    const { default: __, ...each } = filled(additionalProperties, catalogue);
    out['additionalProperties'] = each;
  } else if (additionalProperties !== undefined) out['additionalProperties'] = additionalProperties;
  return out;
}

function withoutDefault(required: readonly string[], properties: Readonly<Record<string, Schema>>): string[] {
  return required.filter((name) => properties[name]?.['default'] === undefined);
}
