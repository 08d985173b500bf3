import { decimal } from './numbers.ts';

/** A frame in the plot. */
export interface PlottedFrame {
  readonly seconds: number;
  /** The frame's own score; null where it was refused. */
  readonly score: number | null;
  /** Of the frames up to this one, judged together. */
  readonly together: number | null;
}

export interface ScorePlot {
  readonly frames: readonly PlottedFrame[];
  readonly threshold: number | null;
  /** CSS pixels. */
  readonly width: number;
}

const height = 220;
const margin = { left: 46, right: 14, top: 12, bottom: 34 };
/** Seconds that are shown at once. */
const longest = 30;

/** Scores of frames as dots, judged together as a line, the threshold dashed, refused frames as ticks at the bottom. */
export function scorePlot({ frames, threshold, width }: ScorePlot): SVGSVGElement {
  const end = Math.max(frames.at(-1)?.seconds ?? 0, 1);
  const start = Math.max(0, end - longest);
  const shown = frames.filter(({ seconds }) => seconds >= start);
  const values = [...shown.flatMap(({ score, together }) => [score, together]), threshold].filter((value) => value !== null);
  const [low, high] = padded(values);
  const x = (seconds: number) => margin.left + ((seconds - start) / (end - start)) * (width - margin.left - margin.right);
  const y = (value: number) => margin.top + ((high - value) / (high - low)) * (height - margin.top - margin.bottom);
  const line = shown.flatMap(({ seconds, together }) => (together === null ? [] : [`${x(seconds).toFixed(1)},${y(together).toFixed(1)}`])).join(' ');
  const bottom = height - margin.bottom;
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': summary(frames, threshold) }, [
    ...ticks(low, high, 5).flatMap((value) => [
      svg('line', { class: 'grid', x1: margin.left, x2: width - margin.right, y1: y(value), y2: y(value) }),
      svg('text', { class: 'label', x: margin.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, [decimal(value, high - low < 2 ? 2 : 1)]),
    ]),
    ...ticks(start, end, width < 500 ? 3 : 6).map((value) =>
      svg('text', { class: 'label', x: x(value), y: height - 10, 'text-anchor': value === start ? 'start' : 'middle' }, [`${Number(value.toFixed(1))} s`]),
    ),
    ...shown
      .filter(({ score }) => score === null)
      .map(({ seconds }) => svg('line', { class: 'left-out', x1: x(seconds), x2: x(seconds), y1: bottom - 8, y2: bottom })),
    ...(threshold === null
      ? []
      : [
          svg('line', { class: 'threshold', x1: margin.left, x2: width - margin.right, y1: y(threshold), y2: y(threshold) }),
          svg('text', { class: 'threshold-label', x: width - margin.right, y: y(threshold) - 5, 'text-anchor': 'end' }, ['threshold']),
        ]),
    svg('polyline', { class: 'together', points: line }),
    ...shown.flatMap(({ seconds, score }) => (score === null ? [] : [svg('circle', { class: 'frame', cx: x(seconds), cy: y(score), r: 3.5 })])),
  ]);
}

function summary(frames: readonly PlottedFrame[], threshold: number | null): string {
  const judged = frames.filter(({ score }) => score !== null).length;
  const newest = frames.findLast(({ together }) => together !== null)?.together;
  const score = newest === undefined || newest === null ? 'no score yet' : `score ${decimal(newest)}`;
  return `Score over time: ${judged} of ${frames.length} frames judged, ${score}, threshold ${threshold === null ? 'unknown' : decimal(threshold)}`;
}

function padded(values: readonly number[]): readonly [number, number] {
  const [low, high] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [-1, 1];
  const pad = Math.max(0.1 * (high - low), 0.25);
  return [low - pad, high + pad];
}

/** About `count` round numbers from `low` to `high`: steps of 1, 2 or 5 times a power of ten. */
export function ticks(low: number, high: number, count: number): readonly number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

function svg<N extends keyof SVGElementTagNameMap>(
  name: N,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly (Element | string)[] = [],
): SVGElementTagNameMap[N] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, typeof value === 'number' ? String(Math.round(value * 10) / 10) : value);
  element.append(...children);
  return element;
}
