import type { Static, TSchema } from '@sinclair/typebox';

/** Package names of the project's own plugins. */
export const firstPartyPlugins: readonly string[] = [
  '@gradalign/optimizers',
  '@gradalign/models',
  '@gradalign/datasets',
  '@gradalign/fas-gac',
  '@gradalign/loggers',
];

/** The kinds of items that plugins offer. */
export const kinds = ['dataset', 'augmentation', 'model', 'loss', 'updateRule', 'optimizer', 'schedule', 'metric', 'callback', 'protocol'] as const;
/** One of `kinds`. */
export type Kind = (typeof kinds)[number];

/**
 * What every item of a plugin declares. `options` is the only source of the options' TypeScript type, validation and documentation:
 * a TypeBox `Type.Object` with `additionalProperties: false`, with defaults and descriptions in the schema.
 */
export interface Define<K extends Kind, S extends TSchema, Context extends readonly unknown[], T> {
  readonly kind: K;
  /** The name that `use:` gives, in kebab case; unique among the items of its kind. */
  readonly name: string;
  /** One line, shown by `gradalign list` and in editors. */
  readonly summary: string;
  /** Source of the method: authors, venue, year, arXiv number. */
  readonly paper?: string;
  /** The update rule, schedule, loss or metric that an experiment gets where it names none. */
  readonly isDefault?: true;
  /**
   * Schema of the options. An option with `format: 'path'` is made absolute, relative to the file that sets it. `formerly` beside a `default` is the value
   * that runs have which were started before the option existed: where the default changes what they computed, they keep it.
   */
  readonly options: S;
  /**
   * Throws a UserError with exit code 2 where options cannot work together, by the options alone: no file, no environment, no engine. Called when an
   * experiment is read, so that `gradalign validate` refuses them at their place. Needed where `create` takes a context; without one `create` is called
   * then too.
   */
  check?(options: Static<S>): void;
  /** Makes the object. `options` are validated and have their defaults. Throws a UserError where they cannot work together. */
  create(options: Static<S>, ...context: Context): T;
}

/** An item of any kind and options, as the catalogue holds it. */
export interface AnyItem {
  readonly kind: Kind;
  readonly name: string;
  readonly summary: string;
  readonly paper?: string;
  readonly isDefault?: true;
  readonly options: TSchema;
  check?(options: never): void;
  create(options: never, ...context: never[]): unknown;
}

/** The items that a package offers. */
export interface Plugin {
  /** Name of the package. */
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
