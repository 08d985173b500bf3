import { cannot } from '../contracts/errors.ts';
import { type AnyItem, firstPartyPlugins, type Kind, type Plugin } from '../contracts/plugin.ts';
import { corePlugin } from './core-plugin.ts';
import { guardItem } from './guards/guard-item.ts';
import { suggestion } from './nearest-name.ts';

/** An item with the plugin that offers it. */
export interface CatalogueItem {
  readonly item: AnyItem;
  /** Name of the plugin that offers it. */
  readonly package: string;
}

/** The items of the loaded plugins and of core, by kind and name. */
export interface Catalogue {
  /** The item of this kind and name. Throws a UserError with the nearest name where there is none. */
  find(kind: Kind, name: string): AnyItem;
  /** All of a kind, core's first, then in the order of the plugins. */
  items(kind: Kind): readonly CatalogueItem[];
  /** All of every kind. */
  readonly all: readonly CatalogueItem[];
  /** File URLs of the plugins' modules, for worker threads to import; without core. */
  readonly pluginFiles: readonly string[];
  /** Those of `pluginFiles` that are not the project's own. */
  readonly otherPluginFiles: readonly string[];
}

/** A loaded plugin and where it came from. */
export interface PluginSource {
  readonly plugin: Plugin;
  /** The package or file that the user named. */
  readonly from: string;
  /** File URL of its module; absent for a plugin that is not a file, which worker threads cannot load. */
  readonly file?: string;
}

/**
 * The catalogue of these plugins and of core's own items, which are always included.
 *
 * @throws UserError where two plugins offer the same name for one kind; it names both.
 */
export function createCatalogue(plugins: readonly PluginSource[]): Catalogue {
  const byKind = new Map<Kind, Map<string, CatalogueItem>>();
  const all: CatalogueItem[] = [];
  for (const { plugin, from, file } of [{ plugin: corePlugin, from: '@gradalign/core', file: undefined }, ...plugins]) {
    const isOurs = from === '@gradalign/core' || firstPartyPlugins.includes(from);
    for (const offered of plugin.items) {
      const item = isOurs ? offered : guardItem(offered, plugin.name === from ? from : `${plugin.name} (${from})`, file);
      const known = byKind.get(item.kind) ?? new Map<string, CatalogueItem>();
      byKind.set(item.kind, known);
      const other = known.get(item.name);
      if (other) {
        throw cannot(`load plugin '${from}'`, `it offers ${item.kind} '${item.name}', as '${other.package}' does`, 'each name from one plugin only', {
          exitCode: 2,
        });
      }
      const entry = { item, package: plugin.name };
      known.set(item.name, entry);
      all.push(entry);
    }
  }
  const items = (kind: Kind) => [...(byKind.get(kind)?.values() ?? [])];
  return {
    all,
    items,
    pluginFiles: plugins.flatMap(({ file }) => file ?? []),
    otherPluginFiles: plugins.flatMap(({ from, file }) => (file === undefined || firstPartyPlugins.includes(from) ? [] : [file])),
    find(kind, name) {
      const found = byKind.get(kind)?.get(name);
      if (found) return found.item;
      const known = items(kind).map(({ item }) => item.name);
      throw cannot(`use ${kind} '${name}'`, 'no loaded plugin offers it', `one of ${known.join(', ') || 'none'}${suggestion(name, known)}`, { exitCode: 2 });
    },
  };
}
