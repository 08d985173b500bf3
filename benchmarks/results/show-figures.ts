import type { Interval } from '@gradalign/metrics';
import { side } from './paired-statistics.ts';
import type { BenchmarkDefinition, FigureDefinition } from './study-definition.ts';

export function titleOf({ methods }: BenchmarkDefinition, method: string): string {
  return methods[method]?.title ?? method;
}

/** Mean ± half the 95 % interval; a dash where there is nothing. */
export function shown(of: Interval | undefined, number: (value: number) => string): string {
  if (!of) return '-';
  return of.half95 === undefined ? number(of.mean) : `${number(of.mean)} ± ${number(of.half95)}`;
}

/** With a sign; bold where 0 is left out, and in words where it is known which side is the better one. */
export function verdict(of: Interval | undefined, better: FigureDefinition['better'] | undefined, number: (value: number) => string): string {
  if (!of) return '-';
  const text = `${of.mean < 0 ? '' : '+'}${shown(of, number)}`;
  const where = side(of);
  if (where === 'unclear') return text;
  const word = better === undefined ? '' : ` ${(where === 'above') === (better === 'higher') ? 'better' : 'worse'}`;
  return `**${text}**${word}`;
}

/** A share in 0..1 in percent, with one decimal. */
export function percent(value: number): string {
  return (100 * value).toFixed(1);
}

/** Three significant digits, without an exponent. */
export function significant(value: number): string {
  if (value === 0) return '0';
  const digits = 2 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(Math.max(digits, 0), 9));
}
