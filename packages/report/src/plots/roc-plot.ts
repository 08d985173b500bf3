import { rocPoints } from '@gradalign/metrics';
import { dot, lineY, link } from '@observablehq/plot';
import { drawPlot, type Picture } from './draw-plot.ts';
import { legendOf, type Series } from './series.ts';

/** Receiver operating characteristic: share of bona fide samples accepted over share of attacks accepted. */
export function rocPlot(series: readonly Series[], operating: readonly OperatingMark[] = []): Picture {
  const curves = series.map((one) => ({ ...one, points: thinned(rocPoints(one.roc)) }));
  return drawPlot({
    id: 'roc',
    title: 'Receiver operating characteristic',
    description:
      'How many people are accepted over how many attacks are accepted, for every threshold. The upper left corner is perfect; the dotted diagonal is guessing.',
    plot: {
      height: 340,
      x: {
        domain: [0, 1],
        label: 'Attacks accepted (FPR)',
        percent: false,
        tickFormat: '.0%',
        grid: true,
        ticks: 6,
        labelAnchor: 'center',
        labelArrow: 'none',
      },
      y: { domain: [0, 1], label: 'People accepted (TPR)', tickFormat: '.0%', grid: true, ticks: 6, labelArrow: 'none' },
      marks: [
        link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: 'var(--muted)', strokeDasharray: '2 4' }),
        ...[...curves]
          .reverse()
          .map(({ points, color, dash }) => lineY(points, { x: 'fpr', y: 'tpr', stroke: color, strokeWidth: 2, strokeDasharray: dash || 'none' })),
        ...operating.map(({ far, frr, color }) =>
          dot([{ x: far, y: 1 - frr }], { x: 'x', y: 'y', fill: color, stroke: 'var(--card)', strokeWidth: 1.5, r: 5.5 }),
        ),
      ],
    },
    legend: [...legendOf(series), ...operating.map(({ name, color }) => ({ label: `${name} threshold`, color, shape: 'dot' as const }))],
    table: {
      columns: ['series', 'threshold', 'fpr', 'tpr'],
      rows: curves.flatMap(({ name, points }) => points.map(({ threshold, fpr, tpr }) => [name, threshold, fpr, tpr])),
    },
  });
}

/** Where a threshold stands on a curve. */
export interface OperatingMark {
  readonly name: string;
  readonly threshold: number;
  /** Share of attacks accepted. */
  readonly far: number;
  /** Share of bona fide samples refused. */
  readonly frr: number;
  readonly color: string;
}

const mostPoints = 300;

function thinned<T>(points: readonly T[]): readonly T[] {
  if (points.length <= mostPoints) return points;
  return Array.from({ length: mostPoints }, (_, i) => points[Math.round((i * (points.length - 1)) / (mostPoints - 1))] as T);
}
