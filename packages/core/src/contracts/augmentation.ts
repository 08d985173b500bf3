import type { Augmentation } from '@gradalign/pixels';
import type { TSchema } from '@sinclair/typebox';
import type { Define } from './plugin.ts';

export { type AffineMap, type Augmentation, type ColorMap, type ErasedPart, type Interpolation, interpolations, type PixelImage } from '@gradalign/pixels';

/** An augmentation as a plugin offers it: its name, its options' schema, and how to make it. */
export interface AugmentationDefinition<S extends TSchema = TSchema> extends Define<'augmentation', S, [], Augmentation> {}

/**
 * An augmentation of a plugin. It runs in worker threads: its module must not load the engine.
 *
 * @example
 * ```ts
 * import { defineAugmentation } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 *
 * export const mirror = defineAugmentation({
 *   name: 'mirror',
 *   summary: 'Mirrors a view from left to right',
 *   options: Type.Object({ p: Type.Number({ minimum: 0, maximum: 1, default: 0.5, description: 'Probability' }) }, { additionalProperties: false }),
 *   create: ({ p }) => ({
 *     // u becomes 1 - u: xx u + x0 becomes -xx u + (x0 + xx).
 *     geometry: (map, _size, random) => (random.chance(p) ? { ...map, xx: -map.xx, x0: map.x0 + map.xx, yx: -map.yx, y0: map.y0 + map.yx } : map),
 *   }),
 * });
 * ```
 */
export function defineAugmentation<const S extends TSchema>(definition: Omit<AugmentationDefinition<S>, 'kind'>): AugmentationDefinition<S> {
  return { kind: 'augmentation', ...definition };
}
