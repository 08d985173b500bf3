import { cannot, suggestion } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

/** A choice among names some of which are numbers: `1` and `'1'` both mean the first. */
export function choice(description: string, fallback?: string) {
  return Type.Union([Type.Integer(), Type.String()], { description, ...(fallback === undefined ? {} : { default: fallback }) });
}

/**
 * The one of `known` that an option's value means, whatever its case.
 *
 * @throws UserError with exit code 2 and a suggestion where it is none of them
 */
export function choose<K extends string>(dataset: string, option: string, value: number | string, known: readonly K[]): K {
  const wanted = String(value).trim().toLowerCase();
  const found = known.find((name) => name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw cannot(`read data set '${dataset}'`, `its option ${option} is '${value}'`, `one of ${known.join(', ')}${suggestion(wanted, known)}`, { exitCode: 2 });
}
