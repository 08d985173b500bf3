import type { LearningRates } from '@gradalign/core';
import { dot, line, ruleX } from '@observablehq/plot';
import { drawPlot, type Picture } from './draw-plot.ts';

/** The loss over the learning rate of a range test, with the suggestion and the rate that the experiment has. */
export function learningRatePlot({ points, present, suggestion }: LearningRates): Picture {
  const finite = points.flatMap(({ rate, loss, smoothed }) => (loss === null || smoothed === null ? [] : [{ rate, loss, smoothed }]));
  const highest = 1.25 * Math.max(...finite.slice(0, Math.max(1, Math.floor(0.9 * finite.length))).map(({ smoothed }) => smoothed));
  const within = finite.map(({ rate, loss, smoothed }) => ({ rate, loss: Math.min(loss, highest), smoothed: Math.min(smoothed, highest) }));
  const marks = [{ rate: present, color: 'var(--muted)', label: `present: ${present}` }];
  if (suggestion !== undefined) marks.push({ rate: suggestion, color: 'var(--deployable)', label: `suggestion: ${Number(suggestion.toPrecision(2))}` });
  return drawPlot({
    id: 'learning-rates',
    title: 'Learning rate range test',
    description:
      'Loss of the training batches while the learning rate grows from step to step (dots), and smoothed (line). Losses beyond the top are drawn at it.',
    plot: {
      x: { type: 'log', label: 'Learning rate', grid: true },
      y: { label: 'Loss', grid: true },
      marks: [
        ...marks.map(({ rate, color }) => ruleX([rate], { stroke: color, strokeWidth: 2, strokeDasharray: '5 3' })),
        dot(within, { x: 'rate', y: 'loss', r: 1.8, fill: 'var(--series-2)', fillOpacity: 0.6 }),
        line(within, { x: 'rate', y: 'smoothed', stroke: 'var(--series-1)', strokeWidth: 2.5 }),
      ],
    },
    legend: [
      { label: 'loss', color: 'var(--series-2)', shape: 'dot' },
      { label: 'smoothed', color: 'var(--series-1)' },
      ...marks.map(({ label, color }) => ({ label, color, dash: '5 3' })),
    ],
    table: { columns: ['learning rate', 'loss', 'smoothed'], rows: points.map(({ rate, loss, smoothed }) => [rate, loss ?? undefined, smoothed ?? undefined]) },
  });
}
