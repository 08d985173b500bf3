import type { Landscape, MeasuredDomain } from '../read/landscape.ts';
import { number } from '../text/format.ts';
import { drawMarks, type Picture, plotWidth } from './draw-plot.ts';
import { contourLevels, legendLabels, levelColor, tableOf } from './landscape-plot.ts';

const height = 330;
/** Where the ground stands, and how far a grid step leads to the side, to the front, and up. */
const view = { center: plotWidth / 2 + 14, ground: 236, aside: 164, ahead: 68, up: 170 };

/** The loss of each domain around the solution as a surface seen from above and in front, all on the same scale and in the colors of the contours. */
export function surfacePlots(landscape: Landscape): Picture[] {
  const levels = contourLevels(landscape.domains.flatMap(({ losses }) => losses));
  return landscape.domains.map((domain, i) => surfacePlot(domain, landscape, levels, `landscape-surface-${i + 1}`));
}

function surfacePlot({ name, role, losses }: MeasuredDomain, { points, radius }: Landscape, levels: readonly number[], id: string): Picture {
  const scale = heightScale(levels);
  const steps = Array.from({ length: points - 1 }, (_, i) => i);
  const at = (i: number) => (2 * i) / (points - 1) - 1;
  const place = (column: number, row: number) => {
    const loss = losses[row * points + column];
    return loss === null || loss === undefined ? undefined : project(at(column), at(row), scale(loss));
  };
  // From the far corner to the near one, so that what is in front covers what is behind.
  const cells = steps.flatMap((row) => steps.map((column) => ({ row, column })));
  cells.sort((a, b) => b.row + b.column - (a.row + a.column));
  const drawn = cells.map(({ row, column }) => {
    const [nextRow, nextColumn] = [row + 1, column + 1];
    const corners = [place(column, row), place(nextColumn, row), place(nextColumn, nextRow), place(column, nextRow)];
    if (corners.some((corner) => corner === undefined)) return '';
    const around = [row, nextRow].flatMap((r) => [column, nextColumn].map((c) => losses[r * points + c] as number));
    const mean = around.reduce((sum, loss) => sum + loss, 0) / 4;
    const level = Math.max(
      0,
      levels.findLastIndex((one) => mean >= one),
    );
    return `<path d="M${corners.join('L')}Z" fill="${levelColor(level)}"></path>`;
  });
  const middle = (points - 1) / 2;
  const solution = place(middle, middle);
  return drawMarks({
    ...{ id, width: plotWidth, height },
    title: `Loss as a surface: ${name}`,
    description: `Loss on the ${role} domain over two random directions, the same numbers as in the contours; the dot is the trained network. All domains have one scale${
      scale.byFactors ? ', logarithmic' : ''
    }.`,
    marks: `${frame(radius)}<g stroke="var(--muted)" stroke-width="0.35" stroke-linejoin="round">${drawn.join('')}</g>${
      solution
        ? `<circle cx="${solution.split(',')[0]}" cy="${solution.split(',')[1]}" r="4.5" fill="var(--attack)" stroke="var(--card)" stroke-width="1.5"></circle>`
        : ''
    }${heightAxis(levels)}`,
    legend: legendLabels(levels).map((label, k) => ({ label, color: levelColor(k), shape: 'area' as const })),
    table: tableOf(losses, points, radius),
  });
}

/** From a loss to 0..1; by factors where the levels are. */
function heightScale(levels: readonly number[]): { (loss: number): number; readonly byFactors: boolean } {
  const [least = 0, second = least] = levels;
  const last = levels.at(-1) ?? least;
  const byFactors = levels.length > 2 && least > 0 && Math.abs(last / least - (second / least) ** (levels.length - 1)) < 1e-6 * (last / least);
  const of = (loss: number) => (byFactors ? Math.log(Math.max(loss, least)) : loss);
  const span = ((of(last) - of(least)) * levels.length) / Math.max(1, levels.length - 1) || 1;
  return Object.assign((loss: number) => Math.min(1.2, (of(loss) - of(least)) / span), { byFactors });
}

/** `x,y` of a point: both directions in -1..1, the height in 0..1. */
function project(first: number, second: number, up: number): string {
  const x = view.center + ((first - second) / 2) * view.aside;
  const y = view.ground - ((first + second) / 2) * view.ahead - up * view.up;
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}

/** The ground, and what lies along its two near edges. */
function frame(radius: number): string {
  const ground = [project(-1, -1, 0), project(1, -1, 0), project(1, 1, 0), project(-1, 1, 0)];
  const [x, y] = [view.center + view.aside / 2, view.ground + view.ahead / 2 + 24];
  return (
    `<path d="M${ground.join('L')}Z" fill="none" stroke="var(--grid)"></path>` +
    `<text x="${x + 22}" y="${y}" dy="0.3em">First direction</text><text x="${x + 22}" y="${y + 17}" fill="var(--muted)">±${number(radius)}</text>` +
    `<text x="${2 * view.center - x - 22}" y="${y}" dy="0.3em">Second direction</text><text x="${2 * view.center - x - 22}" y="${y + 17}" fill="var(--muted)">±${number(radius)}</text>`
  );
}

/** Lowest and highest level at the left. */
function heightAxis(levels: readonly number[]): string {
  const [least = 0] = levels;
  const scale = heightScale(levels);
  const last = levels.at(-1) ?? least;
  const [x, low] = [12, view.ground];
  const top = low - Math.min(1, scale(last)) * view.up;
  return (
    `<path d="M${x},${low}V${top.toFixed(1)}" stroke="var(--muted)" fill="none"></path>` +
    `<text x="${x + 6}" y="${low}" dy="0.3em" text-anchor="start">${number(Number(least.toPrecision(3)))}</text>` +
    `<text x="${x + 6}" y="${top.toFixed(1)}" dy="0.3em" text-anchor="start">${number(Number(last.toPrecision(3)))}</text>` +
    `<text x="${x - 10}" y="${(top - 16).toFixed(1)}" text-anchor="start">Loss</text>`
  );
}
