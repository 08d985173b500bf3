import { type DetPoint, detPoints } from '@gradalign/metrics';
import { dot, lineY } from '@observablehq/plot';
import { drawPlot, type Picture } from './draw-plot.ts';
import type { OperatingMark } from './roc-plot.ts';
import { legendOf, type Series } from './series.ts';

/** Rates that the axes name, with their normal deviates. */
const ticks = [
  { rate: '0.1%', deviate: -3.0902 },
  { rate: '1%', deviate: -2.3263 },
  { rate: '5%', deviate: -1.6449 },
  { rate: '20%', deviate: -0.8416 },
  { rate: '40%', deviate: -0.2533 },
  { rate: '60%', deviate: 0.2533 },
  { rate: '80%', deviate: 0.8416 },
  { rate: '95%', deviate: 1.6449 },
  { rate: '99%', deviate: 2.3263 },
  { rate: '99.9%', deviate: 3.0902 },
];

/** Detection error trade-off on normal deviate axes. */
export function detPlot(series: readonly Series[], operating: readonly OperatingMark[] = []): Picture {
  const curves = series.map((one) => ({ ...one, points: detPoints(one.roc, 300) }));
  const everyPoint = series[0] ? detPoints(series[0].roc) : [];
  const all = curves.flatMap(({ points }) => points);
  const x = deviateAxis(all.map((point: DetPoint) => point.x));
  const y = deviateAxis(all.map((point: DetPoint) => point.y));
  return drawPlot({
    id: 'det',
    title: 'Detection error trade-off',
    description: 'People refused over attacks accepted, both on normal deviate axes, so that small error rates are spread out. Lower left is better.',
    plot: {
      height: 340,
      x: { ...x, label: 'Attacks accepted (APCER)', grid: true, labelAnchor: 'center', labelArrow: 'none' },
      y: { ...y, label: 'People refused (BPCER)', grid: true, labelArrow: 'none' },
      marks: [
        ...[...curves]
          .reverse()
          .map(({ points, color, dash }) => lineY(points, { x: 'x', y: 'y', stroke: color, strokeWidth: 2, strokeDasharray: dash || 'none', clip: true })),
        ...operating.map((mark) => dot(pointAt(everyPoint, mark), { x: 'x', y: 'y', fill: mark.color, stroke: 'var(--card)', strokeWidth: 1.5, r: 5.5 })),
      ],
    },
    legend: [...legendOf(series), ...operating.map(({ name, color }) => ({ label: `${name} threshold`, color, shape: 'dot' as const }))],
    table: {
      columns: ['series', 'threshold', 'apcer', 'bpcer'],
      rows: curves.flatMap(({ name, points }) => points.map(({ threshold, apcer, bpcer }) => [name, threshold, apcer, bpcer])),
    },
  });
}

/** Rates from 0.1% to 99.9% are drawn; beyond them a curve leaves the plot, its numbers stand in the CSV. */
const farthest = 3.1;

function deviateAxis(values: readonly number[]): {
  readonly domain: readonly [number, number];
  readonly ticks: number[];
  readonly tickFormat: (value: number) => string;
} {
  const [low, high] = values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [-1.6449, 0.2533]);
  const domain = [Math.max(low, -farthest) - 0.1, Math.min(high, farthest) + 0.1] as const;
  // Labels side by side need about an eighth of the axis.
  const apart = (domain[1] - domain[0]) / 8;
  const shown: number[] = [];
  for (const { deviate } of ticks) {
    if (deviate < domain[0] || deviate > domain[1] || deviate - (shown.at(-1) ?? Number.NEGATIVE_INFINITY) < apart) continue;
    shown.push(deviate);
  }
  return { domain, ticks: shown, tickFormat: (value) => ticks.find(({ deviate }) => deviate === value)?.rate ?? '' };
}

/** The point of the curve where the error rates are these. */
function pointAt(points: readonly DetPoint[], { far, frr }: OperatingMark): DetPoint[] {
  const distance = ({ apcer, bpcer }: DetPoint) => Math.abs(apcer - far) + Math.abs(bpcer - frr);
  const [first] = points;
  return first ? [points.reduce((nearest, point) => (distance(point) < distance(nearest) ? point : nearest), first)] : [];
}
