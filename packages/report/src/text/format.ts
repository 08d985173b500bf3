import type { OperatingRule } from '@gradalign/metrics';

/** `12.5%` of a share. */
export function percent(share: number, digits = 1): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(digits)}%` : 'unknown';
}

/** `8.1–17.2%`. */
export function percentRange([low, high]: readonly [number, number], digits = 1): string {
  return `${(low * 100).toFixed(digits)}–${(high * 100).toFixed(digits)}%`;
}

/** `12.5% ± 1.3`; the deviation in points of percent. */
export function plusMinus(mean: number, deviation: number | undefined): string {
  return `${percent(mean)}${deviation === undefined ? '' : ` ± ${(deviation * 100).toFixed(1)}`}`;
}

/** Four significant digits, without trailing zeros. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6) ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}

/** `3 attacks`, `1 attack`, `12,000 attacks`. */
export function count(n: number, singular: string, plural = `${singular}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? singular : plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `1 h 5 min`, `4 min 10 s`, `12 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** At most so many characters, the middle left out: the end of a path says most. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (most - 1 - head)).join('')}`;
}

/** `HTER` of `hter`, `TPR@FPR=1%` of `tpr@fpr=1%`; other names stay. */
export function metricName(metric: string): string {
  return /^(hter|auc|eer|acer|bpcer|apcer|ece|tpr)/.test(metric) ? metric.toUpperCase() : metric;
}

/** `APCER of at most 1% (worst species)`: how the threshold of a decision was chosen. */
export function decisionRule({ attacksAccepted, bonaFideRefused }: OperatingRule): string {
  if (attacksAccepted !== undefined) return `APCER of at most ${percent(attacksAccepted)} (worst species)`;
  return bonaFideRefused === undefined ? 'equal error point' : `BPCER of at most ${percent(bonaFideRefused)}`;
}
