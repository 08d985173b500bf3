import { nonResponseRates } from '@gradalign/metrics';
import type { Unavailable } from '../contracts/unavailable.ts';
import type { EvaluationBlock, EvaluationResult, LevelFigures } from '../evaluation/evaluate-scores.ts';
import type { FigureInterval } from '../evaluation/figure-intervals.ts';
import { renderOracle } from './render-oracle.ts';
import { renderTable } from './render-table.ts';

/** An evaluation as plain-text tables, one per convention; figures in percent with two decimals. Unavailable figures are a dash with a footnote. */
export function renderEvaluation(evaluation: EvaluationResult): string {
  return renderEvaluations({ '': evaluation });
}

/** The same for several weights of one run, by name: one row each in the same tables. */
export function renderEvaluations(byWeights: Readonly<Record<string, EvaluationResult>>): string {
  const all = Object.entries(byWeights);
  const [first] = Object.values(byWeights);
  if (!first) return '';
  const blocks = (of: (evaluation: EvaluationResult) => EvaluationBlock | Unavailable | undefined): Record<string, EvaluationBlock> =>
    Object.fromEntries(
      all.flatMap(([name, evaluation]) => {
        const block = of(evaluation);
        return block && !('error' in block) ? [[name, block]] : [];
      }),
    );
  const parts: string[] = [];
  if (first.literature) {
    const literature = blocks((evaluation) => evaluation.literature);
    parts.push('Literature: threshold at the equal error point of the test data itself, as in published tables', renderBlocks(literature, first.aggregate), '');
  }
  if (first.deployable) {
    const deployable = blocks((evaluation) => evaluation.deployable);
    const [from] = Object.values(deployable).map(({ pooled }) => pooled.video.thresholdFrom);
    const [available] = Object.keys(deployable);
    parts.push(
      available === undefined
        ? 'Deployable: threshold fixed on held-out source data'
        : `Deployable: threshold fixed beforehand${from === undefined ? '' : `, at the ${from}`}`,
    );
    if (available !== undefined) parts.push(renderBlocks(deployable, first.aggregate));
    for (const [name, { deployable: block }] of all)
      if (block && 'error' in block) parts.push(`  not available${name === '' ? '' : ` for ${name}`}: ${block.error}`);
  }
  if (first.figures)
    parts.push(
      `Figures for ${first.classes.length} classes`,
      renderBlocks(
        blocks(({ figures }) => figures),
        first.aggregate,
      ),
    );
  if (first.oracle) parts.push('', renderOracle(first.oracle));
  return parts.join('\n');
}

function renderBlocks(blocks: Readonly<Record<string, EvaluationBlock>>, aggregate: string): string {
  const all = Object.entries(blocks).map(([weights, { domains, pooled }]) => ({
    weights,
    targets: Object.keys(domains).length > 1 ? { ...domains, 'all together': pooled } : domains,
  }));
  const hasVideos = all.some(({ targets }) => Object.values(targets).some(({ frame, video }) => video.n !== frame.n));
  const rows = Object.keys(all[0]?.targets ?? {}).flatMap((name) =>
    (hasVideos ? (['frame', 'video'] as const) : (['frame'] as const)).flatMap((level) =>
      all.flatMap(({ weights, targets }) => {
        const of = targets[name]?.[level];
        const title = level === 'video' ? `video (${aggregate})` : hasVideos ? 'frame' : 'image';
        return of ? [{ name, level: title, weights, of }] : [];
      }),
    ),
  );
  const names = figureNames(rows.map(({ of }) => of));
  if (names.length === 0) return `  none of evaluate.metrics suits this number of classes; 'accuracy' suits any number of classes`;
  const footnotes: string[] = [];
  const binary = rows.some(({ of }) => of.bonaFide !== undefined);
  const withThreshold = rows.some(({ of }) => of.threshold !== undefined);
  const withoutScore = rows.some(({ of }) => of.nonResponse !== undefined);
  const named = rows.some(({ weights }) => weights !== '');
  const table = [
    [
      'target',
      'level',
      ...(named ? ['weights'] : []),
      ...(binary ? ['bona fide', 'attacks'] : ['n']),
      ...(withoutScore ? ['no score: bona fide', 'no score: attacks'] : []),
      ...names.map((name) => name.join(' ')),
      ...(withThreshold ? ['threshold'] : []),
    ],
    ...rows.map(({ name, level, weights, of }) => [
      name,
      level,
      ...(named ? [weights] : []),
      ...(binary ? [String(of.bonaFide), String(of.attacks)] : [String(of.n)]),
      ...(withoutScore ? withoutScoreCells(of) : []),
      ...names.map((figure) => cell(of, figure, footnotes)),
      ...(withThreshold ? [of.threshold === undefined ? '-' : of.threshold.toFixed(4)] : []),
    ]),
  ];
  const resampled = [...new Set(rows.flatMap(({ of }) => of.resampled ?? []))];
  const how = resampled.length > 0 ? [`  [low, high]: 95 % interval, bootstrap over ${resampled.join(' or ')}`] : [];
  return [renderTable(table, named ? 3 : 2), ...how, ...footnotes.map((note, i) => `  (${i + 1}) ${note}`)].join('\n');
}

/** Attempts without a score, with their share: `1 (7.69)`. */
function withoutScoreCells({ nonResponse = { bonaFide: 0, attacks: 0 }, bonaFide = 0, attacks = 0 }: LevelFigures): string[] {
  const { bpnrr = 0, apnrr = 0 } = nonResponseRates(nonResponse, { bonaFide, attacks });
  return [`${nonResponse.bonaFide} (${percent(bpnrr)})`, `${nonResponse.attacks} (${percent(apnrr)})`];
}

/** A figure of one number is [metric]; one of several numbers has a column for each: [metric, part]. */
type FigureName = readonly [metric: string, part?: string];

function figureNames(levels: readonly LevelFigures[]): FigureName[] {
  const metrics = new Map<string, Set<string>>();
  for (const { figures } of levels) {
    for (const [name, figure] of Object.entries(figures)) {
      const parts = metrics.get(name) ?? new Set();
      if (typeof figure === 'object' && !isUnavailable(figure)) for (const part of Object.keys(figure)) parts.add(part);
      metrics.set(name, parts);
    }
  }
  return [...metrics].flatMap(([name, parts]): FigureName[] => (parts.size === 0 ? [[name]] : [...parts].sort().map((part) => [name, part])));
}

function cell({ figures, intervals = {} }: LevelFigures, [metric, part]: FigureName, footnotes: string[]): string {
  const figure = figures[metric];
  const interval = intervals[metric];
  if (figure === undefined) return '-';
  if (typeof figure === 'number') return percent(figure, interval);
  if (isUnavailable(figure)) {
    if (!footnotes.includes(figure.error)) footnotes.push(figure.error);
    return `- (${footnotes.indexOf(figure.error) + 1})`;
  }
  const value = part === undefined ? undefined : figure[part];
  return value === undefined
    ? '-'
    : percent(value, part === undefined ? undefined : (interval as Readonly<Record<string, FigureInterval>> | undefined)?.[part]);
}

function isUnavailable(figure: object): figure is { readonly error: string } {
  return 'error' in figure && typeof figure.error === 'string';
}

/** `8.60`, with its interval `8.60 [7.10, 10.21]`. */
function percent(share: number, interval?: FigureInterval): string {
  const text = (value: number) => (value * 100).toFixed(2);
  return isRange(interval) ? `${text(share)} [${text(interval[0])}, ${text(interval[1])}]` : text(share);
}

function isRange(interval: FigureInterval | undefined): interval is readonly [number, number] {
  return Array.isArray(interval) && interval.every(Number.isFinite);
}
