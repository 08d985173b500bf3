import { cannot, suggestion } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

/** An option that names one of several things, some of them by a number: `1` and `'1'` mean the same. */
export function numberOrName(options: { readonly description: string; readonly default?: number | string }) {
  return Type.Union([Type.Number(), Type.String()], options);
}

/**
 * The one of `known` that an option's value names, in any case.
 *
 * @throws UserError with exit code 2 and a suggestion where it names none
 */
export function choose<K extends string>(dataset: string, option: string, value: number | string, known: readonly K[]): K {
  const wanted = String(value).trim().toLowerCase();
  const found = known.find((name) => name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw cannot(`read data set '${dataset}'`, `its option ${option} is '${value}'`, `one of ${known.join(', ')}${suggestion(wanted, known)}`, { exitCode: 2 });
}

export interface ChosenProtocol<K extends string> {
  readonly protocol: K;
  /** From 1. */
  readonly fold: number;
}

/**
 * A protocol with one of its sub-protocols, which may be part of the protocol's name, as in lists and papers: `3_2`, `3.2`, `Protocol_3_2`.
 *
 * @param folds how many sub-protocols each protocol has
 * @throws UserError with exit code 2 where there is no such protocol or sub-protocol
 */
export function chooseProtocol<K extends string>(
  dataset: string,
  { protocol, fold }: { readonly protocol: number | string; readonly fold: number | string },
  folds: Readonly<Record<K, number>>,
): ChosenProtocol<K> {
  const name = String(protocol)
    .trim()
    .replace(/^protocol[ _-]?/i, '');
  const [, first = name, second] = /^(\w+?)[._-](\d+)$/.exec(name) ?? [];
  const known = Object.keys(folds) as K[];
  const chosen = known.includes(first as K) ? (first as K) : choose(dataset, 'protocol', protocol, known);
  const count = folds[chosen];
  const wanted = second ?? fold;
  const names = Array.from({ length: count }, (_, i) => String(i + 1));
  return { protocol: chosen, fold: count === 1 ? 1 : Number(choose(dataset, `fold (of protocol ${chosen})`, wanted, names)) };
}
