import { thresholdCurve } from '@gradalign/metrics';
import { lineY, ruleX } from '@observablehq/plot';
import { drawPlot, type Picture } from './draw-plot.ts';
import type { OperatingMark } from './roc-plot.ts';
import type { Series } from './series.ts';

/** APCER of each series, and BPCER, over the threshold. */
export function thresholdPlot(series: readonly Series[], operating: readonly OperatingMark[]): Picture {
  const curves = series.map((one) => ({ ...one, points: thresholdCurve(one.roc, 300) }));
  const [all] = curves;
  const bonaFide = all?.points ?? [];
  const label = (name: string) => (curves.length > 1 ? `APCER, ${name}` : 'APCER (attacks accepted)');
  return drawPlot({
    id: 'thresholds',
    title: 'Error rates over the threshold',
    description:
      'Share of attacks accepted (APCER, falling) and of people refused (BPCER, rising) at each threshold. Vertical lines mark the thresholds that were used.',
    plot: {
      x: { label: 'Threshold', labelAnchor: 'center', labelArrow: 'none', nice: true },
      y: { domain: [0, 1], label: 'Error rate', tickFormat: '.0%', grid: true, ticks: 6, labelArrow: 'none' },
      marks: [
        ...operating.map(({ threshold, color }) => ruleX([threshold], { stroke: color, strokeWidth: 2, strokeDasharray: '4 3' })),
        ...[...curves].reverse().map(({ points, dash }, i) =>
          lineY(points, {
            x: 'threshold',
            y: 'apcer',
            stroke: i === curves.length - 1 ? 'var(--attack)' : (curves[curves.length - 1 - i]?.color ?? ''),
            strokeWidth: i === curves.length - 1 ? 2.5 : 1.5,
            strokeDasharray: dash || 'none',
          }),
        ),
        lineY(bonaFide, { x: 'threshold', y: 'bpcer', stroke: 'var(--bona-fide)', strokeWidth: 2.5 }),
      ],
    },
    legend: [
      { label: 'BPCER (people refused)', color: 'var(--bona-fide)' },
      ...curves.map(({ name, color, dash }, i) => ({ label: label(name), color: i === 0 ? 'var(--attack)' : color, dash })),
      ...operating.map(({ name, color }) => ({ label: `threshold, ${name}`, color, dash: '4 3' })),
    ],
    table: {
      columns: ['series', 'threshold', 'apcer', 'bpcer'],
      rows: curves.flatMap(({ name, points }) => points.map(({ threshold, apcer, bpcer }) => [name, threshold, apcer, bpcer])),
    },
  });
}
