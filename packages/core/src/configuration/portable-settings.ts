import { createHash } from 'node:crypto';
import { basename, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Experiment } from '../contracts/experiment.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { contentDigest, statFile } from '../files/content-digest.ts';
import type { Catalogue } from './catalogue.ts';
import { compileSchema } from './compile-schema.ts';
import { experimentSchema, namedPlaces } from './experiment-schema.ts';
import { formerValues } from './former-values.ts';

/** An experiment as plain data, without what says where things are. */
export type PortableSettings = Readonly<Record<string, unknown>>;

/** Settings that say how or where a run is computed, and nothing about its numbers. */
const besideTheRun = ['name', 'output', 'workers', 'threads', 'data.cacheMegabytes'];

/**
 * What an experiment says about its numbers, the same on every machine: without folders of data (their content is compared instead), with a digest in
 * place of any other file, without names of folders and numbers of threads.
 */
export function portableSettings(experiment: Experiment, catalogue: Catalogue): PortableSettings {
  const settings = structuredClone(experiment) as Record<string, unknown>;
  for (const { path, kind } of namedPlaces) {
    for (const named of namedAt(settings, path)) {
      const item = catalogue.items(kind).find(({ item: { name } }) => name === named['use'])?.item;
      for (const option of pathOptions(item)) {
        if (kind === 'dataset') delete named[option];
        // A name that may stand in a path's place is not absolute.
        else if (typeof named[option] === 'string' && isAbsolute(named[option])) named[option] = describeFile(named[option]);
      }
    }
  }
  settings['plugins'] = experiment.plugins.map((plugin) => (plugin.startsWith('file:') ? describeFile(fileURLToPath(plugin)) : plugin));
  for (const path of besideTheRun) {
    const keys = path.split('.');
    const holder = keys.slice(0, -1).reduce<Record<string, unknown> | undefined>((at, key) => at?.[key] as Record<string, unknown> | undefined, settings);
    if (holder) delete holder[keys.at(-1) as string];
  }
  return settings;
}

/** Digest of settings. Different orders of keys are the same settings. */
export function settingsDigest(settings: PortableSettings): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(settings)))
    .digest('hex');
}

/** A setting that is not what it was. */
export interface ChangedSetting {
  /** `optimizer.base.learningRate`. */
  readonly path: string;
  /** Undefined where it was not set, or is not. */
  readonly was: unknown;
  readonly is: unknown;
}

/**
 * The settings that differ, by path. What a newer version of gradalign or of a plugin added is no difference where it has its default (or the value that
 * its schema calls `formerly`); nor is a file that is not there now, since a run needs its initial weights once.
 */
export function changedSettings(was: PortableSettings, is: PortableSettings, experiment: Experiment, catalogue: Catalogue): readonly ChangedSetting[] {
  const [before, now] = [flat(withFormerValues(was, catalogue)), flat(is)];
  const changed = [...new Set([...before.keys(), ...now.keys()])].flatMap((path): ChangedSetting[] => {
    const [old, value] = [before.get(path), now.get(path)];
    return JSON.stringify(old) === JSON.stringify(value) || isMissingFile(old, value) ? [] : [{ path, was: old, is: value }];
  });
  const added = changed.filter(({ was: old }) => old === undefined);
  const defaults = added.length === 0 ? undefined : flat(withDefaults(experiment, added, catalogue));
  return changed.filter(({ path, was: old, is: value }) => old !== undefined || JSON.stringify(defaults?.get(path)) !== JSON.stringify(value));
}

/** Recorded settings with the options that items did not have yet, at the values of then. */
function withFormerValues(was: PortableSettings, catalogue: Catalogue): PortableSettings {
  const settings = structuredClone(was);
  for (const { path, kind } of namedPlaces) {
    for (const named of namedAt(settings, path)) {
      const item = catalogue.items(kind).find(({ item: { name } }) => name === named['use'])?.item;
      for (const [option, value] of formerValues(item)) named[option] ??= value;
    }
  }
  return settings;
}

/** The experiment with these settings left out and filled in anew. */
function withDefaults(experiment: Experiment, added: readonly ChangedSetting[], catalogue: Catalogue): Record<string, unknown> {
  const settings = structuredClone(experiment) as Record<string, unknown>;
  for (const { path } of added) {
    const keys = JSON.parse(path) as string[];
    let holder: Record<string, unknown> | undefined = settings;
    for (const key of keys.slice(0, -1)) holder = holder?.[key] as Record<string, unknown> | undefined;
    if (holder && !Array.isArray(holder)) delete holder[keys.at(-1) as string];
  }
  compileSchema(schemaOf(catalogue))(settings);
  return settings;
}

const schemas = new WeakMap<Catalogue, object>();

function schemaOf(catalogue: Catalogue): object {
  let schema = schemas.get(catalogue);
  if (!schema) {
    schema = experimentSchema(catalogue);
    schemas.set(catalogue, schema);
  }
  return schema;
}

/** Leaves by their keys as JSON; an empty list or map is as good as absent. */
function flat(value: unknown, keys: readonly string[] = [], into = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) into.set(JSON.stringify(keys), value);
  else for (const [key, one] of Object.entries(value)) flat(one, [...keys, key], into);
  return into;
}

/** The objects at a path with wildcards. */
function namedAt(value: unknown, [first, ...rest]: readonly string[]): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  if (first === undefined) return [value as Record<string, unknown>];
  const inner = value as Record<string, unknown>;
  return (first === '*' ? Object.values(inner) : [inner[first]]).flatMap((one) => namedAt(one, rest));
}

/** Names of the options of an item that are paths. */
export function pathOptions(item: AnyItem | undefined): readonly string[] {
  const { properties = {} } = (item?.options ?? {}) as { readonly properties?: Readonly<Record<string, { readonly format?: string }>> };
  return Object.entries(properties).flatMap(([name, { format }]) => (format === 'path' ? [name] : []));
}

const missing = ' (not there)';

function describeFile(path: string): string {
  const stat = statFile(path);
  try {
    return stat ? `${basename(path)} ${contentDigest(path, Number(stat.size))}` : `${basename(path)}${missing}`;
  } catch {
    return `${basename(path)}${missing}`;
  }
}

function isMissingFile(was: unknown, is: unknown): boolean {
  return typeof was === 'string' && typeof is === 'string' && is.endsWith(missing) && was.startsWith(is.slice(0, -missing.length));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}
