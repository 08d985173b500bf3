import { createSeed } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

/** Options of methods that visit the domains in sequence. */
export const domainOrderOptions = {
  order: Type.Unsafe<'random' | 'listed'>({
    type: 'string',
    enum: ['random', 'listed'],
    default: 'random',
    description: 'random: drawn for each step, as published; listed: as the experiment lists the sources',
  }),
  seed: Type.Integer({ minimum: 0, default: 0, description: 'Seed of the random order' }),
};

/**
 * The domains in the order to visit them. A random order is drawn over the sorted names, so that it does not depend on how the experiment lists them; the
 * same (seed, stream, keys) give the same order, also after resuming.
 */
export function domainOrder(
  domains: readonly string[],
  { order, seed }: { readonly order: 'random' | 'listed'; readonly seed: number },
  stream: string,
  ...keys: readonly (number | string)[]
): readonly string[] {
  if (order === 'listed') return domains;
  const sorted = [...domains].sort((a, b) => (a < b ? -1 : 1));
  return createSeed(seed)
    .stream(stream)
    .at(...keys)
    .shuffle(sorted);
}
