import { dot, ruleX, ruleY } from '@observablehq/plot';
import { shortened } from '../text/format.ts';
import { printable } from '../text/html.ts';
import { drawPlot, type Picture } from './draw-plot.ts';

/** A difference of a method from the baseline, paired run by run. */
export interface PairedDifference {
  readonly method: string;
  /** A target, or `all`. */
  readonly target: string;
  /** Runs that both have. */
  readonly pairs: number;
  /** Method minus baseline, a share. */
  readonly mean: number;
  /** Half the width of the 95% interval; absent with one pair. */
  readonly half95?: number;
}

/** Forest plot of paired differences in a figure. */
export function forestPlot(
  differences: readonly PairedDifference[],
  about: { readonly figure: string; readonly baseline: string; readonly lowerIsBetter: boolean },
): Picture {
  const rows = differences.map((one, i) => ({ ...one, row: i, low: one.mean - (one.half95 ?? 0), high: one.mean + (one.half95 ?? 0) }));
  const reach = Math.max(0.01, ...rows.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)])) * 1.08;
  const label = (row: number) => {
    const one = differences[row];
    return one ? `${shortened(printable(one.method), 10)} · ${shortened(printable(one.target), 10)}` : '';
  };
  return drawPlot({
    id: 'differences',
    title: `Paired differences from ${about.baseline}`,
    description: `Each method minus ${about.baseline} in ${about.figure}, of runs with the same target and seed; dot: mean, line: 95% interval (Student's t). ${
      about.lowerIsBetter ? 'Left' : 'Right'
    } of zero the method is better; a line that crosses zero shows no clear difference. One pair has no interval.`,
    plot: {
      height: 70 + rows.length * 30,
      marginLeft: 150,
      x: {
        domain: [-reach, reach],
        label: `Difference in ${about.figure} (points)`,
        tickFormat: (value: number) => (value * 100).toFixed(reach > 0.04 ? 0 : 1),
        grid: true,
        ticks: 5,
        labelAnchor: 'center',
        labelArrow: 'none',
      },
      y: { type: 'point', domain: rows.map(({ row }) => row), tickFormat: label, tickSize: 0, label: null, padding: 0.6 },
      marks: [
        ruleX([0], { stroke: 'var(--muted)', strokeWidth: 1.5 }),
        ruleY(
          rows.filter(({ half95 }) => half95 !== undefined),
          { y: 'row', x1: 'low', x2: 'high', stroke: 'var(--series-1)', strokeWidth: 2.5 },
        ),
        dot(rows, { x: 'mean', y: 'row', fill: 'var(--series-1)', stroke: 'var(--card)', strokeWidth: 1.5, r: 6 }),
      ],
    },
    table: {
      columns: ['method', 'baseline', 'target', 'pairs', 'mean', 'low', 'high'],
      rows: rows.map(({ method, target, pairs, mean, half95, low, high }) => [
        method,
        about.baseline,
        target,
        pairs,
        mean,
        half95 === undefined ? undefined : low,
        half95 === undefined ? undefined : high,
      ]),
    },
  });
}
