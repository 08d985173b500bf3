import { splits } from '../contracts/dataset.ts';
import type { Protocol } from '../contracts/protocol.ts';
import type { Schema } from './compile-schema.ts';
import { object } from './experiment-schema.ts';

const domains = (description: string): Schema => ({
  type: 'array',
  items: { type: 'string', minLength: 1 },
  minItems: 1,
  uniqueItems: true,
  description,
});
const splitsOf = (fallback: string, description: string): Schema => ({
  type: 'array',
  items: { type: 'string', enum: [...splits] },
  minItems: 1,
  uniqueItems: true,
  default: [fallback],
  description,
});

/** A protocol that the user writes out in YAML. */
export const ownProtocolSchema: Schema = object(
  {
    name: { type: 'string', minLength: 1, description: 'Stands in tables and results; default: a-b-to-c' },
    summary: { type: 'string', description: 'One line' },
    sources: domains('Keys of data.domains that are trained on'),
    target: { ...domains('Key of data.domains that is tested on, or several'), type: ['string', 'array'], minLength: 1 },
    splits: object(
      { source: splitsOf('train', 'Splits that are trained on'), target: splitsOf('test', 'Splits that are tested on') },
      { default: {}, description: 'Which clips of the domains' },
    ),
    holdOut: { type: 'number', minimum: 0, maximum: 0.9, default: 0.1, description: 'Share of the source subjects kept for thresholds and checkpoint choice' },
  },
  { required: ['sources', 'target'] },
);

/** A user's own protocol, validated by `ownProtocolSchema`. */
export interface OwnProtocol {
  readonly name?: string;
  readonly sources: readonly string[];
  readonly target: string | readonly string[];
  readonly splits: Protocol['splits'];
  readonly holdOut: number;
}

/** The same as plugins' protocols have it. */
export function fromOwnProtocol({ sources, target, splits, holdOut }: OwnProtocol): Protocol {
  return { sources, targets: typeof target === 'string' ? [target] : target, splits, holdOut };
}
