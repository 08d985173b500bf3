import { type SearchRange, settingText } from '@gradalign/core';
import { dot } from '@observablehq/plot';
import { metricName, percent, shortened } from '../text/format.ts';
import { printable } from '../text/html.ts';
import { drawPlot, type Picture } from './draw-plot.ts';
import { seriesStyle } from './palette.ts';
import { roundCoordinates } from './round-coordinates.ts';

/** A trial of a search, as one of its settings sees it. */
export interface SensitivityPoint {
  readonly target: string;
  readonly trial: number;
  readonly value: unknown;
  /** Absent where the trial diverged, or was left before its end. */
  readonly figure?: number;
  /** It was taken. */
  readonly chosen: boolean;
}

/** What the figure on the held-out share is over one setting that was searched; the others vary too. */
export interface Sensitivity {
  /** Unique in the report; letters, digits and `-`. */
  readonly id: string;
  readonly method: string;
  /** In the experiment: `optimizer.rho`. */
  readonly path: string;
  readonly range: SearchRange;
  readonly metric: string;
  readonly better: 'higher' | 'lower';
  readonly points: readonly SensitivityPoint[];
}

const symbols = ['circle', 'triangle', 'square', 'diamond', 'star', 'wye'] as const;

/** One dot a trial; targets differ in color and shape. The scale is logarithmic where the range is. */
export function sensitivityPlot({ id, method, path, range, metric, better, points }: Sensitivity): Picture {
  const targets = [...new Set(points.map(({ target }) => target))];
  const isChoice = 'choice' in range;
  const shown = points.map((point) => ({ ...point, at: isChoice ? settingText(point.value) : Number(point.value) }));
  const ended = shown.flatMap(({ figure, ...point }) => (figure === undefined ? [] : [{ ...point, figure }]));
  const without = shown.filter(({ figure }) => figure === undefined);
  const figures = ended.map(({ figure }) => figure);
  const [least, most] = [Math.min(1, ...figures), Math.max(0, ...figures)];
  const room = Math.max(0.002, (most - least) * 0.08);
  const domain = figures.length === 0 ? [0, 1] : [least - room, most + room];
  const worst = better === 'higher' ? domain[0] : domain[1];
  const label = shortened(printable(path), 40);
  const bounds = isChoice ? undefined : (Object.values(range)[0] as readonly [number, number]);
  const x = isChoice
    ? { type: 'point' as const, domain: range.choice.map(settingText), tickFormat: (value: string) => shortened(printable(value), 10) }
    : {
        type: 'log' in range ? ('log' as const) : ('linear' as const),
        domain: [...(bounds ?? [])],
        ticks: 5,
        ...('log' in range ? { tickFormat: '~g' } : {}),
        inset: 10,
      };
  return roundCoordinates(
    drawPlot({
      id,
      title: `${method}: ${path}`,
      description: `${metricName(metric)} on the held-out share of the source domains over ${path}${'log' in range ? ' (logarithmic scale)' : ''}, one mark a trial; the other settings vary too. ${better === 'higher' ? 'Higher' : 'Lower'} is better; a ring marks the trial that was taken${targets.length > 1 ? ' for each target' : ''}.${without.length > 0 ? ` Crosses at the ${better === 'higher' ? 'lower' : 'upper'} edge: ${without.length} without a figure (diverged, or left early).` : ''}`,
      plot: {
        height: 250,
        x: { ...x, label, labelAnchor: 'center', labelArrow: 'none' },
        y: {
          domain,
          label: `Held-out ${metricName(metric)}`,
          labelArrow: 'none',
          tickFormat: (value: number) => percent(value, most - least < 0.05 ? 1 : 0),
          ticks: 5,
          grid: true,
        },
        marks: [
          ...targets.map((target, i) =>
            dot(
              ended.filter((point) => point.target === target),
              { x: 'at', y: 'figure', symbol: symbols[i % symbols.length] as 'circle', fill: seriesStyle(i).color, r: 4.5 },
            ),
          ),
          ...(without.length > 0 ? [dot(without, { x: 'at', y: worst as number, symbol: 'times', stroke: 'var(--muted)', strokeWidth: 2, r: 4 })] : []),
          dot(
            ended.filter(({ chosen }) => chosen),
            { x: 'at', y: 'figure', stroke: 'var(--ink)', strokeWidth: 2, r: 9 },
          ),
        ],
      },
      legend:
        targets.length > 1
          ? targets.map((target, i) => ({ label: `${shapeNames[i % symbols.length]}: ${target}`, color: seriesStyle(i).color, shape: 'dot' as const }))
          : [],
      table: {
        columns: ['method', 'setting', 'target', 'trial', 'value', metric, 'chosen'],
        rows: points.map(({ target, trial, value, figure, chosen }) => [
          method,
          path,
          target,
          trial,
          typeof value === 'number' ? value : settingText(value),
          figure,
          chosen ? 'yes' : 'no',
        ]),
      },
    }),
  );
}

const shapeNames = ['dot', 'triangle', 'square', 'diamond', 'star', 'three arms'] as const;
