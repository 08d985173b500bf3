import type { MetricDefinition } from '../contracts/metric.ts';
import type { Catalogue } from './catalogue.ts';
import type { Schema } from './compile-schema.ts';
import { experimentSchema, namedPlaces, union } from './experiment-schema.ts';
import { ownProtocolSchema } from './own-protocol.ts';

/**
 * The JSON Schema (draft-07) of experiments with the items of a catalogue, for the YAML language server. It accepts what `loadExperiment` accepts: keys
 * with a default may be left out, an item may be its name alone, a number may be a variable `${NAME}`. Plain JSON.
 */
export function experimentJsonSchema(catalogue: Catalogue): Schema {
  const schema = relaxed(experimentSchema(catalogue)) as Schema & { properties: Record<string, Schema> };
  const names = { type: 'string', description: 'A file or a file of a package that this one extends' };
  schema.properties['extends'] = { anyOf: [names, { type: 'array', items: names }] };
  const data = schema.properties['data'] as Schema & { properties: Record<string, Schema>; required?: string[] };
  data.properties['leaveOut'] = {
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    description: 'Source domains that become the targets',
  };
  const { oneOf: named = [] } = union(catalogue, 'protocol', () => ({ domains: { type: 'object', additionalProperties: { type: 'string' } } }));
  data.properties['protocol'] = {
    anyOf: [
      { type: 'string', description: 'Name of a protocol, or a YAML file that holds one' },
      ...catalogue.items('protocol').map(({ item }) => ({ const: item.name, description: item.summary })),
      ...(named as Schema[]),
      relaxed(ownProtocolSchema) as Schema,
    ],
    description: 'Takes its domains from data.domains; says source, target, splits and holdOut',
  };
  data.properties['domains'] = {
    ...(data.properties['source'] as Schema),
    description: 'Where domains are, for protocols: those that the protocol does not name stay out',
  };
  schema.properties['protocols'] = {
    anyOf: [{ type: 'string' }, { type: 'object', additionalProperties: relaxed(ownProtocolSchema) as Schema }],
    description: 'Protocols of your own by name, or a YAML file of them',
  };
  for (const { path, kind } of [...namedPlaces, { path: ['data', 'domains', '*'], kind: 'dataset' as const }]) {
    const items = catalogue.items(kind).map(({ item }) => item);
    const texts = items.map((item) => ({ const: item.name, description: item.summary }));
    const values = items.flatMap((item) => ((item as unknown as MetricDefinition).shorthand ? [{ type: 'string', pattern: `^${item.name}=` }] : []));
    allowTexts(schema, path, [...texts, ...values]);
  }
  // A file that extends another may have its keys there.
  delete schema['required'];
  delete data.required;
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'gradalign experiment', ...schema };
}

function allowTexts(schema: Schema, [first, ...rest]: readonly string[], texts: readonly Schema[]): void {
  const own = schema as { properties?: Record<string, Schema>; items?: Schema; additionalProperties?: Schema };
  const holder = first === '*' ? (own.items ? 'items' : 'additionalProperties') : 'properties';
  const place = (holder === 'properties' ? own.properties : own) as Record<string, Schema> | undefined;
  const key = holder === 'properties' ? (first as string) : holder;
  const child = place?.[key];
  if (!place || !child) return;
  if (rest.length > 0) {
    for (const inner of [
      child,
      ...((child['oneOf'] as Schema[] | undefined) ?? []),
      ...((child['anyOf'] as Schema[] | undefined)?.flatMap((one) => (one['oneOf'] as Schema[] | undefined) ?? [one]) ?? []),
    ])
      allowTexts(inner, rest, texts);
    return;
  }
  const { default: fallback, description, ...strict } = child;
  place[key] = { anyOf: [strict, ...texts], ...(fallback === undefined ? {} : { default: fallback }), ...(description === undefined ? {} : { description }) };
}

function relaxed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relaxed);
  if (typeof value !== 'object' || value === null) return value;
  const { discriminator: _, ...own } = value as Schema;
  const out = Object.fromEntries(Object.entries(own).map(([key, inner]) => [key, key === 'default' ? inner : relaxed(inner)])) as Schema;
  if (out['type'] === 'number' || out['type'] === 'integer') {
    const { default: fallback, description, ...strict } = out;
    return {
      anyOf: [strict, { type: 'string', pattern: '^\\$\\{[^}]+\\}$' }],
      ...(fallback === undefined ? {} : { default: fallback }),
      ...(description === undefined ? {} : { description }),
    };
  }
  return out;
}
