import type { Scores } from '@gradalign/metrics';
import { rectY, ruleX, ruleY, text } from '@observablehq/plot';
import { shortened } from '../text/format.ts';
import { printable } from '../text/html.ts';
import { drawPlot, type Picture, plotWidth } from './draw-plot.ts';
import type { OperatingMark } from './roc-plot.ts';
import { speciesOf } from './series.ts';

/** Scores of bona fide samples and of each species of attack, a row each. */
export function speciesHistogram(scores: Scores, operating: readonly OperatingMark[]): Picture {
  const names = speciesOf(scores);
  return histogram(scores, operating, {
    id: 'scores-by-species',
    title: 'Scores by species of attack',
    description: 'How the scores are spread, each row on a scale of its own. Right of the threshold (dashed) a sample is accepted as bona fide.',
    groups: [
      { name: 'bona fide', color: 'var(--bona-fide)', rows: rowsOf(scores, (row) => scores.labels[row] === 1) },
      ...names.map((name) => ({
        name,
        color: 'var(--attack)',
        rows: rowsOf(scores, (row) => scores.labels[row] === 0 && (scores.species?.[row] || 'unknown') === name),
      })),
    ],
  });
}

/** Scores of bona fide samples and attacks of each domain. */
export function domainHistogram(scores: Scores, operating: readonly OperatingMark[]): Picture {
  const names = [...new Set(Array.from(scores.domains ?? [], (name) => name || 'unknown'))].sort();
  return histogram(scores, operating, {
    id: 'scores-by-domain',
    title: 'Scores by domain',
    description:
      'How the scores of each test domain are spread, bona fide and attacks apart, each row on a scale of its own. Domains whose humps stand elsewhere need other thresholds.',
    groups: names.flatMap((name) =>
      [1, 0].map((label) => ({
        name: `${name}, ${label === 1 ? 'bona fide' : 'attacks'}`,
        color: label === 1 ? 'var(--bona-fide)' : 'var(--attack)',
        rows: rowsOf(scores, (row) => scores.labels[row] === label && (scores.domains?.[row] || 'unknown') === name),
      })),
    ),
  });
}

interface Group {
  readonly name: string;
  readonly color: string;
  readonly rows: readonly number[];
}

const [binCount, mostGroups, groupHeight] = [40, 16, 58];

function histogram(
  scores: Scores,
  operating: readonly OperatingMark[],
  { groups, ...about }: { readonly id: string; readonly title: string; readonly description: string; readonly groups: readonly Group[] },
): Picture {
  const known = groups.filter(({ rows }) => rows.length > 0);
  const shown = known.slice(0, mostGroups);
  const [low, high] = rangeOf(scores.scores);
  const width = (high - low) / binCount || 1;
  const bins = known.flatMap((group, row) => {
    const counts = new Array<number>(binCount).fill(0);
    for (const i of group.rows) {
      const bin = Math.min(binCount - 1, Math.max(0, Math.floor(((scores.scores[i] as number) - low) / width)));
      counts[bin] = (counts[bin] as number) + 1;
    }
    const most = counts.reduce((largest, n) => Math.max(largest, n), 0);
    return counts.map((n, bin) => ({ ...group, row, n, share: n / group.rows.length, height: n / most, from: low + bin * width, to: low + (bin + 1) * width }));
  });
  const drawn = bins.filter(({ row, n }) => row < mostGroups && n > 0);
  const label = ({ name, rows }: Group) => `${shortened(printable(name), 40)} (${rows.length.toLocaleString('en-US')})`;
  return drawPlot({
    ...about,
    description: `${about.description}${known.length > mostGroups ? ` The first ${mostGroups} of ${known.length} rows are drawn; the CSV has all.` : ''}`,
    plot: {
      width: plotWidth,
      height: 74 + shown.length * groupHeight,
      marginLeft: 16,
      x: { domain: [low, low + binCount * width], label: 'Score (higher is more like a live person)', labelAnchor: 'center', labelArrow: 'none' },
      y: { domain: [0, 1.45], axis: null },
      fy: { axis: null, padding: 0.08, domain: shown.map((_, row) => row) },
      marks: [
        ...[...new Set(shown.map(({ color }) => color))].map((color) =>
          rectY(
            drawn.filter((bin) => bin.color === color),
            { x1: 'from', x2: 'to', y: 'height', fy: 'row', fill: color, fillOpacity: 0.85, insetLeft: 0.5, insetRight: 0.5 },
          ),
        ),
        ruleY(
          shown.map((_, row) => ({ row })),
          { y: 0, fy: 'row', stroke: 'var(--grid)' },
        ),
        ...operating.map(({ threshold, color }) =>
          ruleX([Math.min(Math.max(threshold, low), high)], { stroke: color, strokeWidth: 2, strokeDasharray: '4 3' }),
        ),
        text(
          shown.map((group, row) => ({ row, label: label(group) })),
          { fy: 'row', text: 'label', frameAnchor: 'top-left', dx: 4, dy: 2, fill: 'var(--ink)', stroke: 'var(--card)', strokeWidth: 4 },
        ),
      ],
    },
    legend: operating.map(({ name, color }) => ({ label: `threshold, ${name}`, color, dash: '4 3' })),
    table: { columns: ['group', 'from', 'to', 'samples', 'share'], rows: bins.map(({ name, from, to, n, share }) => [name, from, to, n, share]) },
  });
}

function rowsOf({ scores }: Scores, keep: (row: number) => boolean): number[] {
  const rows: number[] = [];
  for (let i = 0; i < scores.length; i++) if (keep(i)) rows.push(i);
  return rows;
}

function rangeOf(scores: ArrayLike<number>): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < scores.length; i++) {
    low = Math.min(low, scores[i] as number);
    high = Math.max(high, scores[i] as number);
  }
  // Probabilities share one scale, so that reports can be laid side by side.
  return low >= 0 && high <= 1 ? [0, 1] : [low, high];
}
