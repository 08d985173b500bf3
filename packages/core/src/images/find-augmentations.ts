import type { Augmentation, AugmentationDefinition } from '../contracts/augmentation.ts';
import type { Named } from '../contracts/named.ts';
import { type AnyItem, firstPartyPlugins, type Plugin } from '../contracts/plugin.ts';
import { type PluginItem, runSync } from '../contracts/plugin-error.ts';
import { guardAugmentation } from './guard-augmentation.ts';

/**
 * Makes the named augmentations, in their order. Imports the plugin modules one after the other until every name is found.
 *
 * @param named With validated, complete options.
 * @param pluginFiles URLs of the modules.
 * @throws Error where no plugin offers a name.
 */
export async function findAugmentations(named: readonly Named[], pluginFiles: readonly string[]): Promise<Augmentation[]> {
  const found = new Map<string, { readonly item: AugmentationDefinition; readonly plugin: string }>();
  const missing = () => named.find(({ use }) => !found.has(use))?.use;
  for (const file of pluginFiles) {
    if (missing() === undefined) break;
    const { default: plugin } = (await import(file)) as { default: Plugin };
    for (const item of plugin.items.filter(isAugmentation)) if (!found.has(item.name)) found.set(item.name, { item, plugin: plugin.name });
  }
  const name = missing();
  if (name !== undefined)
    throw new Error(`Cannot use augmentation '${name}': no plugin offers it, expected one of ${[...found.keys()].join(', ') || 'at least one plugin'}`);
  return named.map(({ use, ...options }) => {
    const { item, plugin } = found.get(use) as NonNullable<ReturnType<typeof found.get>>;
    if (firstPartyPlugins.includes(plugin)) return item.create(options);
    const of: PluginItem = { plugin, kind: 'augmentation', name: use };
    return guardAugmentation(
      runSync(of, 'create()', 'an augmentation', () => item.create(options)),
      of,
    );
  });
}

function isAugmentation(item: AnyItem): item is AnyItem & AugmentationDefinition {
  return item.kind === 'augmentation';
}
