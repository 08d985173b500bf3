import { expectedPerformanceCurve, type Roc } from '@gradalign/metrics';
import { lineY } from '@observablehq/plot';
import { drawPlot, type Picture } from './draw-plot.ts';

/** Expected performance curve: HTER on the test over the weight that attacks had when the threshold was chosen on the development scores. */
export function epcPlot(
  curves: readonly { readonly name: string; readonly dev: Roc; readonly test: Roc; readonly color: string; readonly dash: string }[],
): Picture {
  const drawn = curves.map((one) => ({ ...one, points: expectedPerformanceCurve(one.dev, one.test) }));
  const most = drawn.reduce((largest, { points }) => points.reduce((all, { hter }) => Math.max(all, hter), largest), 0.1);
  return drawPlot({
    id: 'epc',
    title: 'Expected performance curve',
    description:
      'Mean of both error rates on the test, with the threshold chosen on held-out data for each weight between refusing people (left) and accepting attacks (right).',
    plot: {
      x: { domain: [0, 1], label: 'Weight of accepted attacks', labelAnchor: 'center', labelArrow: 'none' },
      y: { domain: [0, Math.min(1, most * 1.1)], label: 'HTER on the test', tickFormat: '.0%', grid: true, ticks: 6, labelArrow: 'none' },
      marks: drawn.map(({ points, color, dash }) =>
        lineY(points, { x: 'weight', y: 'hter', stroke: color, strokeWidth: 2, strokeDasharray: dash || 'none', curve: 'step-after' }),
      ),
    },
    legend: drawn.length > 1 ? drawn.map(({ name, color, dash }) => ({ label: name, color, dash })) : [],
    table: {
      columns: ['series', 'weight', 'threshold', 'hter'],
      rows: drawn.flatMap(({ name, points }) => points.map(({ weight, threshold, hter }) => [name, weight, threshold, hter])),
    },
  });
}
