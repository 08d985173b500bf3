import type { EvaluationBlock, EvaluationResult, LevelFigures } from './evaluation.ts';
import { renderTable } from './render-table.ts';

/** Two tables of plain text, figures in percent with two decimals. Figures that could not be had are a dash with a footnote. */
export function renderEvaluation({ classes, aggregate, literature, deployable, figures }: EvaluationResult): string {
  const parts: string[] = [];
  if (literature) {
    parts.push('Literature: threshold at the equal error point of the test data itself, as published tables have it', renderBlock(literature, aggregate), '');
  }
  if (deployable && 'error' in deployable) {
    parts.push('Deployable: threshold fixed on held-out source data', `  not available: ${deployable.error}`);
  } else if (deployable) {
    const { thresholdFrom } = deployable.pooled.video;
    parts.push(`Deployable: threshold fixed before${thresholdFrom === undefined ? '' : `, at the ${thresholdFrom}`}`, renderBlock(deployable, aggregate));
  }
  if (figures) parts.push(`Figures for ${classes.length} classes`, renderBlock(figures, aggregate));
  return parts.join('\n');
}

function renderBlock({ domains, pooled }: EvaluationBlock, aggregate: string): string {
  const targets = Object.entries(domains);
  if (targets.length > 1) targets.push(['all together', pooled]);
  const hasVideos = targets.some(([, { frame, video }]) => video.n !== frame.n);
  const rows = targets.flatMap(([name, { frame, video }]) => [
    { name, level: hasVideos ? 'frame' : 'image', of: frame },
    ...(hasVideos ? [{ name, level: `video (${aggregate})`, of: video }] : []),
  ]);
  const names = figureNames(rows.map(({ of }) => of));
  if (names.length === 0)
    return `  no metric of this experiment can be computed here (evaluate.metrics names none that does; 'accuracy' suits any number of classes)`;
  const footnotes: string[] = [];
  const binary = rows.some(({ of }) => of.bonaFide !== undefined);
  const withThreshold = rows.some(({ of }) => of.threshold !== undefined);
  const table = [
    ['target', 'level', ...(binary ? ['bona fide', 'attacks'] : ['n']), ...names.map((name) => name.join(' ')), ...(withThreshold ? ['threshold'] : [])],
    ...rows.map(({ name, level, of }) => [
      name,
      level,
      ...(binary ? [String(of.bonaFide), String(of.attacks)] : [String(of.n)]),
      ...names.map((figure) => cell(of, figure, footnotes)),
      ...(withThreshold ? [of.threshold === undefined ? '-' : of.threshold.toFixed(4)] : []),
    ]),
  ];
  return [renderTable(table, 2), ...footnotes.map((note, i) => `  (${i + 1}) ${note}`)].join('\n');
}

/** A figure of one number is [metric]; one of several is a column for each: [metric, part]. */
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

function cell({ figures }: LevelFigures, [metric, part]: FigureName, footnotes: string[]): string {
  const figure = figures[metric];
  if (figure === undefined) return '-';
  if (typeof figure === 'number') return percent(figure);
  if (isUnavailable(figure)) {
    if (!footnotes.includes(figure.error)) footnotes.push(figure.error);
    return `- (${footnotes.indexOf(figure.error) + 1})`;
  }
  const value = part === undefined ? undefined : figure[part];
  return value === undefined ? '-' : percent(value);
}

function isUnavailable(figure: object): figure is { readonly error: string } {
  return 'error' in figure && typeof figure.error === 'string';
}

function percent(share: number): string {
  return (share * 100).toFixed(2);
}

/** Columns of equal width: the first two to the left, numbers to the right. */
