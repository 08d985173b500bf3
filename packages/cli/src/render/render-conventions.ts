import { renderTable } from '@gradalign/core';
import { type Conventions, type Figures, type FiguresByLevel, nonResponseRates } from '@gradalign/metrics';
import { printable } from './printable.ts';

/** What the figures were computed from. */
export interface ConventionsSource {
  /** One line a file: how it was read. */
  readonly howRead: Readonly<Record<string, string>>;
  /** The column that ranks the samples. */
  readonly rankedBy: 'score' | 'logit';
  readonly aggregate: string;
}

/** Figures of a score file as text: a column for each convention and level, a row for each figure with its 95 % interval. */
export function renderConventions({ literature, deployable, fixed }: Conventions, { howRead, rankedBy, aggregate }: ConventionsSource): string {
  const blocks = Object.entries({ literature, deployable, fixed }).filter((entry): entry is [string, FiguresByLevel] => entry[1] !== undefined);
  const columns = blocks.flatMap(([name, { video, ...frame }]) => [
    { title: video ? `${name}, frames` : name, of: frame as Figures },
    ...(video ? [{ title: `${name}, videos (${aggregate})`, of: video }] : []),
  ]);
  const rows = rowsOf(literature);
  const { unavailable, over } = literature.resampling;
  return [
    ...Object.entries(howRead).map(([file, how]) => `${printable(file)}: ${printable(how)}`),
    ...(rankedBy === 'logit' ? ['ranked by column logit; thresholds are logits'] : []),
    '',
    'literature: threshold at the equal error point of these scores themselves, as in published tables',
    ...(deployable ? ['deployable: thresholds fixed on the development scores'] : []),
    ...(fixed ? ['fixed: the threshold that was given'] : []),
    renderTable([['%', ...columns.map(({ title }) => title)], ...rows.map(({ name, cell }) => [name, ...columns.map(({ of }) => cell(of))])], 1),
    unavailable === undefined ? `[low, high]: 95 % interval, bootstrap over ${over}, bona fide and attacks apart` : `no intervals: ${printable(unavailable)}`,
  ].join('\n');
}

interface Row {
  readonly name: string;
  cell(figures: Figures): string;
}

function rowsOf({ tprAtFpr, apcer, bpcerAtApcer, apcerAtBpcer }: Figures): Row[] {
  const share = (name: string, key: 'hter' | 'eer' | 'auc' | 'far' | 'frr' | 'accuracy' | 'bpcer' | 'acer'): Row => ({
    name,
    cell: (of) => withInterval(of[key], of.intervals[key], percent),
  });
  const each = (name: (key: string) => string, key: 'tprAtFpr' | 'apcer' | 'bpcerAtApcer' | 'apcerAtBpcer', values: object): Row[] =>
    Object.keys(values).map((part) => ({
      name: printable(name(part)),
      cell: (of) => withInterval(of[key][part], (of.intervals[key] as Readonly<Record<string, readonly [number, number]>> | undefined)?.[part], percent),
    }));
  const limit = (text: string) => `${Number((Number(text) * 100).toPrecision(6))}%`;
  return [
    { name: 'bona fide', cell: (of) => String(of.bonaFide) },
    { name: 'attacks', cell: (of) => String(of.attacks) },
    { name: 'without a score: bona fide', cell: (of) => nonResponse(of, 'bonaFide') },
    { name: 'without a score: attacks', cell: (of) => nonResponse(of, 'attacks') },
    { name: 'threshold', cell: (of) => withInterval(of.threshold, of.intervals['threshold'], (value) => String(Number(value.toPrecision(5)))) },
    share('HTER', 'hter'),
    share('EER', 'eer'),
    share('AUC', 'auc'),
    share('FAR (APCER of all attacks)', 'far'),
    share('FRR (BPCER)', 'frr'),
    share('accuracy', 'accuracy'),
    share('ACER', 'acer'),
    ...each((species) => `APCER ${species}`, 'apcer', apcer),
    ...each((fpr) => `TPR@FPR=${limit(fpr)}`, 'tprAtFpr', tprAtFpr),
    ...each((rate) => `BPCER@APCER=${limit(rate)}`, 'bpcerAtApcer', bpcerAtApcer),
    ...each((rate) => `APCER@BPCER=${limit(rate)}`, 'apcerAtBpcer', apcerAtBpcer),
    { name: 'D-EER', cell: ({ dEer }) => percent(dEer) },
    { name: 'ECE', cell: ({ ece }) => (ece === undefined ? '-' : percent(ece)) },
    { name: 'Brier score', cell: ({ brier }) => (brier === undefined ? '-' : percent(brier)) },
  ];
}

/** `3 (0.75)`: attempts without a score, and their share of all attempts of the kind. */
function nonResponse({ nonResponse: without, bonaFide, attacks }: Figures, kind: 'bonaFide' | 'attacks'): string {
  const { apnrr, bpnrr } = nonResponseRates(without, { bonaFide, attacks });
  const rate = kind === 'attacks' ? apnrr : bpnrr;
  return without[kind] === 0 ? '0' : `${without[kind]}${rate === undefined ? '' : ` (${percent(rate)})`}`;
}

function withInterval(value: number | undefined, interval: unknown, show: (value: number) => string): string {
  if (value === undefined) return '-';
  const [low, high] = Array.isArray(interval) ? (interval as readonly number[]) : [];
  return low === undefined || high === undefined || !Number.isFinite(low) ? show(value) : `${show(value)} [${show(low)}, ${show(high)}]`;
}

function percent(share: number): string {
  return (share * 100).toFixed(2);
}
