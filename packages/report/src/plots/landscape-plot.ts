import { contour, dot } from '@observablehq/plot';
import type { Landscape, MeasuredDomain } from '../read/landscape.ts';
import { number } from '../text/format.ts';
import { drawPlot, type Picture } from './draw-plot.ts';
import { roundCoordinates } from './round-coordinates.ts';

/** Colors of the levels, from the lowest: names of the palette. */
const levelCount = 8;

/** The loss of each domain around the solution as contours, all on the same levels. */
export function landscapePlots({ points, radius, domains }: Landscape): Picture[] {
  const levels = contourLevels(domains.flatMap(({ losses }) => losses));
  const step = (2 * radius) / (points - 1);
  const [low, high] = [-radius - step / 2, radius + step / 2];
  return domains.map(({ name, role, losses }, i) => {
    const top = losses.reduce<number>((most, loss) => Math.max(most, loss ?? most), levels.at(-1) ?? 0);
    // Where the loss is not finite, it is higher than all levels.
    const values = losses.map((loss) => loss ?? top + 1);
    return roundCoordinates(
      drawPlot({
        id: `landscape-${i + 1}`,
        title: `Loss around the solution: ${name}`,
        description: `Loss on the ${role} domain along two random directions; at 1 every filter has moved by its own norm. The cross is the trained network. Wide valleys are flat minima.`,
        plot: {
          height: 400,
          x: { domain: [-radius, radius], label: 'First direction', labelAnchor: 'center', labelArrow: 'none', ticks: 5 },
          y: { domain: [-radius, radius], label: 'Second direction', labelArrow: 'none', ticks: 5 },
          marks: [
            ...levels.map((level, k) =>
              contour(values, {
                ...{ value: (value: number) => value, width: points, height: points, x1: low, y1: low, x2: high, y2: high },
                ...{ thresholds: [k === 0 ? Number.NEGATIVE_INFINITY : level], fill: levelColor(k), stroke: 'var(--card)', strokeWidth: 0.6, clip: true },
              }),
            ),
            dot([[0, 0]], { symbol: 'times', stroke: 'var(--ink)', strokeWidth: 2.5, r: 6 }),
          ],
        },
        legend: legendLabels(levels).map((label, k) => ({ label, color: levelColor(k), shape: 'area' as const })),
        table: tableOf(losses, points, radius),
      }),
    );
  });
}

/**
 * Where the colors change: evenly spaced, or by equal factors where the largest loss is more than 20 times the smallest; the first level is the smallest
 * loss.
 */
export function contourLevels(losses: MeasuredDomain['losses']): number[] {
  const finite = losses.filter((loss) => loss !== null);
  if (finite.length === 0) return [0];
  const [least, most] = finite.reduce(([low, high], loss) => [Math.min(low, loss), Math.max(high, loss)], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  if (least === most) return [least];
  const byFactors = least > 0 && most / least > 20;
  const [from, to] = byFactors ? [Math.log(least), Math.log(most)] : [least, most];
  const levels = Array.from({ length: levelCount }, (_, k) => from + ((to - from) * k) / levelCount);
  return byFactors ? levels.map(Math.exp) : levels;
}

/** Of the k-th level, from the lowest. */
export function levelColor(k: number): string {
  return `var(--level-${k + 1})`;
}

/** As few digits as tell the levels apart. */
export function legendLabels(levels: readonly number[]): string[] {
  const shown = [2, 3, 4, 5, 6].map((digits) => levels.map((level) => number(Number(level.toPrecision(digits)))));
  const labels = shown.find((texts) => new Set(texts).size === texts.length) ?? (shown.at(-1) as string[]);
  return labels.map((label, k) => (k > 0 ? `≥ ${label}` : labels.length > 1 ? `< ${labels[1]}` : label));
}

/** Every point with its loss. */
export function tableOf(losses: MeasuredDomain['losses'], points: number, radius: number) {
  const at = (i: number) => radius * ((2 * i) / (points - 1) - 1);
  return { columns: ['first', 'second', 'loss'], rows: losses.map((loss, i) => [at(i % points), at(Math.floor(i / points)), loss ?? Number.NaN]) };
}
