import { cannot } from '../contracts/errors.ts';
import type { AnyItem, Kind, Plugin } from '../contracts/plugin.ts';
import { corePlugin } from './core-plugin.ts';
import { suggestion } from './nearest-name.ts';

export interface CatalogueItem {
  readonly item: AnyItem;
  /** Name of the plugin that offers it. */
  readonly package: string;
}

/** What the loaded plugins offer, by kind and name. */
export interface Catalogue {
  /** Throws a UserError with the nearest name where there is none. */
  find(kind: Kind, name: string): AnyItem;
  items(kind: Kind): readonly CatalogueItem[];
  readonly all: readonly CatalogueItem[];
  /** File URLs of the plugins' modules, for worker threads; without the core's own items. */
  readonly pluginFiles: readonly string[];
}

export interface PluginSource {
  readonly plugin: Plugin;
  /** The specifier that named it. */
  readonly from: string;
  /** File URL of its module. */
  readonly file?: string;
}

/** The core's own items are always in. A name that two plugins offer for one kind is an error that names both. */
export function createCatalogue(plugins: readonly PluginSource[]): Catalogue {
  const byKind = new Map<Kind, Map<string, CatalogueItem>>();
  const all: CatalogueItem[] = [];
  for (const { plugin, from } of [{ plugin: corePlugin, from: '@gradalign/core' }, ...plugins]) {
    for (const item of plugin.items) {
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
    find(kind, name) {
      const found = byKind.get(kind)?.get(name);
      if (found) return found.item;
      const known = items(kind).map(({ item }) => item.name);
      throw cannot(`use ${kind} '${name}'`, 'no loaded plugin offers it', `one of ${known.join(', ') || 'none'}${suggestion(name, known)}`, { exitCode: 2 });
    },
  };
}
