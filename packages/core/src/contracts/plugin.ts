import type { Static, TSchema } from '@sinclair/typebox';

export const kinds = ['dataset', 'augmentation', 'model', 'loss', 'updateRule', 'optimizer', 'schedule', 'metric', 'callback', 'protocol'] as const;
export type Kind = (typeof kinds)[number];

/**
 * What every item of a plugin says of itself. `options` is the one source of the TypeScript type, of validation and of documentation:
 * a `Type.Object` whose defaults and descriptions stand in the schema, once.
 */
export interface Define<K extends Kind, S extends TSchema, Context extends readonly unknown[], T> {
  readonly kind: K;
  /** The name behind `use:`. Kebab case. */
  readonly name: string;
  /** One line, shown by `gradalign list` and in editors. */
  readonly summary: string;
  /** Where the method comes from: authors, venue, year, arXiv number. */
  readonly paper?: string;
  /** The update rule, schedule or loss that an experiment gets where it names none. */
  readonly isDefault?: true;
  readonly options: S;
  /** `options` are validated and have their defaults. */
  create(options: Static<S>, ...context: Context): T;
}

/** An item whose options type has been forgotten: what the catalogue holds. */
export interface AnyItem {
  readonly kind: Kind;
  readonly name: string;
  readonly summary: string;
  readonly paper?: string;
  readonly isDefault?: true;
  readonly options: TSchema;
  create(options: never, ...context: never[]): unknown;
}

/** What a package offers. */
export interface Plugin {
  /** The package's name. */
  readonly name: string;
  readonly items: readonly AnyItem[];
}

/**
 * A plugin is a package (or file) whose default export is one of these; an experiment names it under `plugins`.
 *
 * @example
 * ```ts
 * import { definePlugin, defineSchedule } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 *
 * const half = defineSchedule({
 *   name: 'half',
 *   summary: 'Half the learning rate in the second half of the run',
 *   options: Type.Object({}, { additionalProperties: false }),
 *   create: () => ({ factor: ({ epoch, epochs }) => (epoch < epochs / 2 ? 1 : 0.5) }),
 * });
 *
 * export default definePlugin({ name: 'gradalign-plugin-half', items: [half] });
 * ```
 */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}
