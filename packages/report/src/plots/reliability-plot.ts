import { reliabilityBins, type Scores } from '@gradalign/metrics';
import { dot, link, ruleX } from '@observablehq/plot';
import { drawPlot, type Picture } from './draw-plot.ts';

/** Reliability diagram: how often predictions of a confidence are right. */
export function reliabilityPlot({ scores, labels }: Scores): Picture {
  const bins = reliabilityBins(Array.from(scores), labels).filter(({ n }) => n > 0);
  const total = bins.reduce((sum, { n }) => sum + n, 0);
  return drawPlot({
    id: 'reliability',
    title: 'Reliability diagram',
    description:
      'How often predictions are right, over how sure the model was. On the dotted diagonal confidence can be taken at its word; below it the model is too sure. Larger dots stand for more samples.',
    plot: {
      height: 340,
      x: { domain: [0.5, 1], label: 'Confidence', tickFormat: '.0%', labelAnchor: 'center', labelArrow: 'none', grid: true },
      y: { domain: [0, 1], label: 'Right', tickFormat: '.0%', grid: true, ticks: 6, labelArrow: 'none' },
      r: { domain: [0, 1], range: [3, 16] },
      marks: [
        link([0], { x1: 0.5, y1: 0.5, x2: 1, y2: 1, stroke: 'var(--muted)', strokeDasharray: '2 4' }),
        ruleX(bins, { x: 'confidence', y1: 'accuracy', y2: 'confidence', stroke: 'var(--series-1)', strokeWidth: 2 }),
        dot(bins, {
          x: 'confidence',
          y: 'accuracy',
          r: ({ n }: { readonly n: number }) => n / total,
          fill: 'var(--series-1)',
          fillOpacity: 0.85,
          stroke: 'var(--card)',
        }),
      ],
    },
    table: {
      columns: ['from', 'to', 'samples', 'confidence', 'accuracy'],
      rows: bins.map(({ low, high, n, confidence, accuracy }) => [low, high, n, confidence, accuracy]),
    },
  });
}
