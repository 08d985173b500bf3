import { type TArray, type TNumber, type TUnsafe, Type } from '@sinclair/typebox';
import type { Range } from '../ranges.ts';

/** Description of a parameter drawn from a range: one entry of the schema and row of docs/recapture.md. */
export interface DescribedRange {
  readonly says: string;
  /** `pixels`, `radians`, `share of white`. */
  readonly unit: string;
  /** Bounds within which the formula is valid. */
  readonly least: number;
  readonly most: number;
  readonly default: Range;
  /** Paper, standard or `chosen`. */
  readonly source: string;
}

/** Description of a parameter that is one of a list of names. */
export interface DescribedNames<Name extends string> {
  readonly says: string;
  readonly names: readonly Name[];
  readonly default: readonly Name[];
  readonly source: string;
}

export type Described = DescribedRange | DescribedNames<string>;

/** Each parameter of a stage, described. */
export type DescribedStage<Parameters> = {
  readonly [K in keyof Parameters]: Parameters[K] extends number ? DescribedRange : Parameters[K] extends string ? DescribedNames<Parameters[K]> : never;
};

/** `[low, high]`, or a list of names. */
export function rangeSchema(described: Described): TArray<TNumber> | TArray<TUnsafe<string>> {
  if ('names' in described) {
    const { says, names, source } = described;
    return Type.Array(Type.Unsafe<string>({ type: 'string', enum: [...names] }), {
      minItems: 1,
      default: [...described.default],
      description: `${says}: any of ${names.join(', ')}. ${sourceOf(source)}`,
    });
  }
  const { says, unit, least, most, source } = described;
  return Type.Array(Type.Number({ minimum: least, maximum: most }), {
    minItems: 2,
    maxItems: 2,
    default: [...described.default],
    description: `${says}; ${unit}, within ${least} to ${most}. ${sourceOf(source)}`,
  });
}

function sourceOf(source: string): string {
  return `Source: ${source}.`;
}
