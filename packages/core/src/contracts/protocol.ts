import type { TSchema } from '@sinclair/typebox';
import type { Split } from './dataset.ts';
import type { Define } from './plugin.ts';

/** What is trained on and what is tested on, by names of domains: all that a published number needs besides the method. */
export interface Protocol {
  /** Domains that are trained on, in the order that published tables give them. */
  readonly sources: readonly string[];
  /** Domains that are only tested on. */
  readonly targets: readonly string[];
  readonly splits: { readonly source: readonly Split[]; readonly target: readonly Split[] };
  /** Share of the source subjects kept from training: thresholds and checkpoints are chosen on it. 0..0.9 */
  readonly holdOut: number;
}

/** Names domains, never says where they are: that stands in the experiment's `data.domains`, once for all protocols. */
export interface ProtocolDefinition<S extends TSchema = TSchema> extends Define<'protocol', S, [], Protocol> {
  /** Other spellings of the name: `ico-to-m` for `oci-to-m`. */
  readonly aliases?: readonly string[];
  /** Further names by which `data.domains` may call a domain, or the data set that it uses: `{ oulu: ['oulu-npu', 'O'] }`. */
  readonly alsoCalled?: Readonly<Record<string, readonly string[]>>;
  /** What published work does with it: clips, frames, threshold, choice of the checkpoint. Sentences. */
  readonly practice: string;
  /** What is wrong with that, or to be known when its numbers are compared. Sentences. */
  readonly criticism: string;
}

/**
 * A protocol of a plugin.
 *
 * @example
 * ```ts
 * import { defineProtocol } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 *
 * export const officeToStreet = defineProtocol({
 *   name: 'office-to-street',
 *   summary: 'Trained on two offices, tested on the street',
 *   options: Type.Object({}, { additionalProperties: false }),
 *   practice: 'Ten frames of each clip; the threshold is chosen on the held-out share.',
 *   criticism: 'Both offices use the same camera.',
 *   create: () => ({
 *     sources: ['office-a', 'office-b'],
 *     targets: ['street'],
 *     splits: { source: ['train'], target: ['test'] },
 *     holdOut: 0.1,
 *   }),
 * });
 * ```
 */
export function defineProtocol<const S extends TSchema>(definition: Omit<ProtocolDefinition<S>, 'kind'>): ProtocolDefinition<S> {
  return { kind: 'protocol', ...definition };
}
