import { matchesPattern } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

/** The option that scales learning rates by weight name. If several patterns match, their factors multiply. */
export const scaleOption = Type.Record(Type.String(), Type.Number({ minimum: 0 }), {
  default: {},
  description: 'Pattern of weight names to a factor of the learning rate: { "head/**": 10 }',
});

/** The factor of each weight, cached by name. */
export function learningRateScale(scale: Readonly<Record<string, number>>): (name: string) => number {
  const known = new Map<string, number>();
  const patterns = Object.entries(scale);
  return (name) => {
    let factor = known.get(name);
    if (factor === undefined) {
      factor = patterns.reduce((product, [pattern, value]) => (matchesPattern(pattern, name) ? product * value : product), 1);
      known.set(name, factor);
    }
    return factor;
  };
}
