import type { TSchema } from '@sinclair/typebox';
import type { Split } from './dataset.ts';
import type { Define } from './plugin.ts';

/** The domains to train on and to test on, by name: all that a published number depends on besides the method. */
export interface Protocol {
  /** Domains to train on, in the order of published tables. */
  readonly sources: readonly string[];
  /** Domains that are only tested on; none of `sources`. */
  readonly targets: readonly string[];
  /** Splits of the source domains to train on, and of the target domains to test on. */
  readonly splits: { readonly source: readonly Split[]; readonly target: readonly Split[] };
  /** Share of the source subjects kept out of training, 0..0.9: thresholds and checkpoints are chosen on it. */
  readonly holdOut: number;
}

/** A protocol as a plugin offers it. It names domains; where their files are is set in the experiment's `data.domains`, once for all protocols. */
export interface ProtocolDefinition<S extends TSchema = TSchema> extends Define<'protocol', S, [], Protocol> {
  /** Other spellings of the name: `ico-to-m` for `oci-to-m`. */
  readonly aliases?: readonly string[];
  /** Other keys that a domain may have in `data.domains`, or names of the data set it uses: `{ oulu: ['oulu-npu', 'O'] }`. */
  readonly alsoCalled?: Readonly<Record<string, readonly string[]>>;
  /** How published work uses it: clips, frames, threshold, choice of the checkpoint. In sentences. */
  readonly practice: string;
  /** What is wrong with that, or what to know before comparing its numbers. In sentences. */
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
