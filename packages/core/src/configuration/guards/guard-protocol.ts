import { splits } from '../../contracts/dataset.ts';
import { describeValue, PluginError, type PluginItem } from '../../contracts/plugin-error.ts';
import type { Protocol } from '../../contracts/protocol.ts';

/** A protocol that names its domains and splits. */
export function guardProtocol(made: unknown, item: PluginItem): Protocol {
  if (typeof made !== 'object' || made === null)
    throw new PluginError(item, 'create()', `returns ${describeValue(made)}`, '{ sources, targets, splits, holdOut }');
  const { sources, targets, splits: parts, holdOut } = made as Record<string, unknown>;
  const { source, target } = (typeof parts === 'object' && parts !== null ? parts : {}) as Record<string, unknown>;
  const lists = { sources, targets, 'splits.source': source, 'splits.target': target };
  for (const [key, list] of Object.entries(lists)) {
    const fits = (name: unknown) => typeof name === 'string' && name !== '' && (!key.startsWith('splits') || splits.some((known) => known === name));
    if (!Array.isArray(list) || !list.every(fits))
      throw new PluginError(
        item,
        'create()',
        `returns ${key} as ${Array.isArray(list) ? JSON.stringify(list) : describeValue(list)}`,
        key.startsWith('splits') ? `a list of ${splits.join(', ')}` : 'a list of names',
      );
  }
  if (typeof holdOut !== 'number' || !(holdOut >= 0 && holdOut <= 0.9))
    throw new PluginError(item, 'create()', `returns holdOut as ${describeValue(holdOut)}`, 'a number in 0..0.9');
  return made as Protocol;
}
