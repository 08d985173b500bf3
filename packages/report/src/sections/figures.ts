import { type Figures, nonResponseRates } from '@gradalign/metrics';
import { absent, table } from '../page/page.ts';
import type { Measured, MeasuredOrNot } from '../read/measure.ts';
import { number, percent, percentRange } from '../text/format.ts';
import { type Content, type Html, html } from '../text/html.ts';
import { type ConventionFigures, conventionsOf } from './conventions.ts';

/** All figures under each convention side by side; then by species and by domain. */
export function figuresSection(measured: MeasuredOrNot): Html {
  if ('error' in measured) return absent(`There are no figures: ${measured.error}`);
  const conventions = conventionsOf(measured.all);
  const { calibration } = measured;
  const level = measured.all.literature.video ? 'videos' : 'images';
  const [first] = conventions;
  if (!first) return absent('There are no figures.');
  const names = [...new Set(conventions.flatMap(({ figures }) => Object.keys(figures.apcer)))];
  const limits = Object.keys(first.figures.tprAtFpr);
  return html`<p>Every convention has a column of its own, and none mixes with another:</p>
<ul>${conventions.map(({ name, threshold }) => html`<li>${swatch(name)}<b>${name}</b>: ${threshold}.</li>`)}</ul>
${measured.all.deployable ? '' : absent('No deployable column: neither held-out scores nor thresholds from held-out data are known (evaluate with --dev, or train with data.holdOut above 0).')}
${table(
  `Figures of ${level}, with 95% intervals`,
  ['figure', ...conventions.map(({ name }) => html`${swatch(name)}${name}`)],
  [
    ['threshold', ...conventions.map(({ figures }) => number(figures.threshold))],
    ['attacks accepted (APCER, all species)', ...conventions.map(({ figures }) => share(figures, 'far'))],
    ['people refused (BPCER)', ...conventions.map(({ figures }) => share(figures, 'bpcer'))],
    ['attacks without a score (APNRR, of images)', ...conventions.map(() => nonResponse(measured.all.literature, 'attacks'))],
    ['people without a score (BPNRR, of images)', ...conventions.map(() => nonResponse(measured.all.literature, 'bonaFide'))],
    ['HTER', ...conventions.map(({ figures }) => share(figures, 'hter'))],
    ['ACER (worst species)', ...conventions.map(({ figures }) => share(figures, 'acer'))],
    ['accuracy', ...conventions.map(({ figures }) => share(figures, 'accuracy'))],
    ['AUC', ...conventions.map(({ figures }) => share(figures, 'auc'))],
    ['EER', ...conventions.map(({ figures }) => share(figures, 'eer'))],
    ...limits.map((limit) => [`TPR@FPR=${percentName(limit)}`, ...conventions.map((one) => operating(one, measured, 'tprAtFpr', limit))]),
    ...limits.map((limit) => [`BPCER@APCER=${percentName(limit)}`, ...conventions.map((one) => operating(one, measured, 'bpcerAtApcer', limit))]),
    ...limits.map((limit) => [`APCER@BPCER=${percentName(limit)}`, ...conventions.map((one) => operating(one, measured, 'apcerAtBpcer', limit))]),
    ['calibration error (ECE)', ...conventions.map(() => (calibration ? percent(calibration.ece) : 'not probabilities'))],
    ['Brier score', ...conventions.map(() => (calibration ? number(calibration.brier) : 'not probabilities'))],
  ],
)}
${
  names.length > 1
    ? table(
        'Attacks accepted (APCER) by species',
        ['species', ...conventions.map(({ name }) => html`${swatch(name)}${name}`)],
        names.map((name) => [name, ...conventions.map(({ figures }) => share(figures, 'apcer', name))]),
      )
    : ''
}
${byDomain(measured)}`;
}

function byDomain({ domains }: Measured): Content {
  const names = Object.keys(domains);
  if (names.length === 0) return undefined;
  const all = names.map((name) => ({ name, found: domains[name] as Measured['domains'][string] }));
  const kinds = [...new Set(all.flatMap(({ found }) => ('error' in found ? [] : conventionsOf(found).map(({ name }) => name))))];
  const columns = ['domain', ...kinds.flatMap((kind) => [html`${swatch(kind)}${kind}: attacks accepted`, html`${swatch(kind)}${kind}: people refused`]), 'AUC'];
  const rows = all.map(({ name, found }): Content[] => {
    if ('error' in found) return [name, ...kinds.flatMap((_, i) => (i === 0 ? [found.error, ''] : ['', ''])), ''];
    const conventions = conventionsOf(found);
    const of = (kind: string) => conventions.find((one) => one.name === kind)?.figures;
    return [name, ...kinds.flatMap((kind) => [cell(of(kind), 'far'), cell(of(kind), 'bpcer')]), cell(of('literature'), 'auc')];
  });
  return table('By test domain', columns, rows);
}

function cell(figures: Figures | undefined, name: 'far' | 'bpcer' | 'auc'): Content {
  return figures ? share(figures, name) : '';
}

function share(figures: Figures, name: keyof Figures, key?: string): Content {
  const value = key === undefined ? figures[name] : (figures[name] as Readonly<Record<string, number>>)[key];
  if (typeof value !== 'number') return 'none';
  const found = figures.intervals[name];
  const interval = key === undefined ? found : (found as Readonly<Record<string, readonly [number, number]>> | undefined)?.[key];
  return Array.isArray(interval) ? html`${percent(value)}<small>${percentRange(interval as unknown as readonly [number, number])}</small>` : percent(value);
}

function percentName(limit: string): string {
  return `${Number((Number(limit) * 100).toPrecision(6))}%`;
}

/** At a threshold that was fixed before, as the column's own is; those of the test itself stand under literature alone. */
function operating({ name, figures }: ConventionFigures, { operatingFixed }: Measured, figure: keyof Figures, limit: string): Content {
  return name === 'literature' || (name === 'deployable' && operatingFixed) ? share(figures, figure, limit) : 'see literature';
}

/** `3 (2.4%)`: attempts to which there is no score, because there was no face or the file could not be read. */
function nonResponse({ nonResponse: without, bonaFide, attacks }: Figures, kind: 'attacks' | 'bonaFide'): string {
  const { apnrr, bpnrr } = nonResponseRates(without, { bonaFide, attacks });
  const rate = kind === 'attacks' ? apnrr : bpnrr;
  return `${without[kind].toLocaleString('en-US')}${rate === undefined ? '' : ` (${percent(rate)})`}`;
}

/** A dot in the color of a convention. */
function swatch(name: string): Html {
  return html`<span class="swatch" style="background:var(--${name})"></span>`;
}
