import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cannot } from '../contracts/errors.ts';
import { firstPartyPlugins, type Plugin } from '../contracts/plugin.ts';
import { type Catalogue, createCatalogue, type PluginSource } from './catalogue.ts';
import { suggestion } from './nearest-name.ts';
import { pluginFault } from './plugin-fault.ts';
import { isPluginFile } from './plugin-trust.ts';

/** Where `loadCatalogue` looks for plugins. */
export interface LoadCatalogueOptions {
  /** Folder that files are relative to and that packages are looked up from; default: the working folder. */
  readonly folder?: string;
  /** Modules (file URLs or paths) that packages are also looked up from. */
  readonly resolveFrom?: readonly string[];
}

/**
 * Imports these plugins (package names, or files) and no others, and makes their catalogue.
 *
 * @throws UserError, exit code 2, where one is not installed, throws while loading, or is not a plugin.
 */
export async function loadCatalogue(
  specifiers: readonly string[],
  { folder = process.cwd(), resolveFrom = [] }: LoadCatalogueOptions = {},
): Promise<Catalogue> {
  const sources: PluginSource[] = [];
  for (const specifier of new Set(specifiers)) sources.push(await loadPlugin(specifier, folder, resolveFrom));
  return createCatalogue(sources);
}

/** Imports one plugin: a package name, or a file relative to `folder`. Throws a UserError where that fails. */
export function loadPlugin(specifier: string, folder: string, resolveFrom: readonly string[] = []): Promise<PluginSource> {
  return importPlugin(specifier, locatePlugin(specifier, folder, resolveFrom).file);
}

/** Imports the module of a plugin. Throws a UserError where it throws or is no plugin. */
export async function importPlugin(specifier: string, file: string): Promise<PluginSource> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await import(file)) as { default?: unknown };
  } catch (cause) {
    throw cannot(
      `load plugin '${specifier}'`,
      `it throws while loading: ${cause instanceof Error ? cause.message : String(cause)}`,
      'a module whose default export is definePlugin(...)',
      {
        cause,
        exitCode: 2,
      },
    );
  }
  const fault = pluginFault(loaded.default);
  if (fault) throw cannot(`load plugin '${specifier}'`, `${fileURLToPath(file)} ${fault.is}`, fault.expected, { exitCode: 2 });
  return { plugin: loaded.default as Plugin, from: specifier, file };
}

/** Where a plugin's code is. */
export interface LocatedPlugin {
  /** URL of its module. */
  readonly file: string;
  /** Whether it is one of the project's own plugins, of the same installation as this core. */
  readonly isOurs: boolean;
}

/** Of npm, with a module inside the package or without. Addresses (`data:`, `https:`, `node:`) are none. */
const packageName = /^(?:@[\w.~-]+\/)?[\w.~-]+(?:\/[\w.~-]+)*$/;

/** Finds the module of a plugin without running it. Throws a UserError where there is none. */
export function locatePlugin(specifier: string, folder: string, resolveFrom: readonly string[]): LocatedPlugin {
  if (isPluginFile(specifier)) {
    const path = specifier.startsWith('file:') ? fileURLToPath(specifier) : resolve(folder, specifier);
    if (!existsSync(path))
      throw cannot(`load plugin '${specifier}'`, `there is no file ${path}`, 'a module whose default export is definePlugin(...)', { exitCode: 2 });
    return { file: pathToFileURL(path).href, isOurs: false };
  }
  if (!packageName.test(specifier))
    throw cannot(`load plugin '${specifier}'`, 'it is neither a file nor the name of a package', 'a package, or a file: ./plugin.mjs', { exitCode: 2 });
  const own = [...resolveFrom, import.meta.url];
  // The project's own plugins come from the same installation as this core: two copies of the engine cannot work in one process.
  const isFirstParty = firstPartyPlugins.includes(specifier);
  const places = isFirstParty ? [...own, join(folder, 'experiment.yaml')] : [join(folder, 'experiment.yaml'), ...own];
  for (const place of places) {
    try {
      const path = createRequire(place.startsWith('file:') ? place : resolve(place)).resolve(specifier);
      return { file: pathToFileURL(path).href, isOurs: isFirstParty && own.includes(place) };
    } catch {
      // Not from here: try the next place.
    }
  }
  throw cannot(
    `load plugin '${specifier}'`,
    `it is not installed (looked for from ${folder})`,
    `an installed package: npm install ${specifier}${suggestion(specifier, firstPartyPlugins)}`,
    { exitCode: 2 },
  );
}
