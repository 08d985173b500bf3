import type { Catalogue } from './catalogue.ts';
import type { Schema } from './compile-schema.ts';
import { experimentSchema } from './experiment-schema.ts';

/** What an experiment may have at a path; or, where it has no such setting, the part that is unknown and what may stand in its place. */
export type SchemaAtPath = { readonly schema: Schema } | { readonly unknown: string; readonly known: readonly string[]; readonly of?: string };

/** Looks a path up in the schema of experiments; which options there are depends on the items that `experiment` names on the way. */
export function schemaAtPath(experiment: unknown, path: readonly string[], catalogue: Catalogue): SchemaAtPath {
  let schema = experimentSchema(catalogue) as Node;
  let value = experiment;
  for (const part of path) {
    const use = typeof value === 'object' && value !== null ? (value as { readonly use?: unknown }).use : undefined;
    const branch = schema.oneOf?.find(({ properties = {} }) => (properties['use'] as { readonly const?: unknown } | undefined)?.const === use) ?? schema;
    const { properties = {}, items, additionalProperties } = branch;
    const next = Object.hasOwn(properties, part) ? properties[part] : (items ?? additionalProperties);
    if (typeof next !== 'object' || (items && !(Array.isArray(value) && Number(part) < value.length)))
      return {
        unknown: part,
        known: items ? Object.keys((value as object | undefined) ?? {}) : Object.keys(properties),
        ...(typeof use === 'string' ? { of: use } : {}),
      };
    schema = next as Node;
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
  }
  return { schema };
}

type Node = Schema & {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly oneOf?: readonly Node[];
};
