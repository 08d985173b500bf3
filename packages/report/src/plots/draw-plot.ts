import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { shortened } from '../text/format.ts';
import { printable } from '../text/html.ts';
import { type CsvTable, csvText } from './csv-table.ts';

/** A plot as it stands in the page and in files. */
export interface Picture {
  /** Name of its files; unique in a report: `roc`, `det`. */
  readonly id: string;
  readonly title: string;
  /** What it shows and how it is read, one or two sentences. */
  readonly description: string;
  /** Standalone SVG whose colors are names of the stylesheet (see withLightColors). */
  readonly svg: string;
  /** The numbers that it shows. */
  readonly csv: string;
}

/** What `drawPlot` needs besides marks. */
export interface Drawing {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly plot: PlotOptions;
  readonly legend?: readonly LegendItem[];
  readonly table: CsvTable;
}

/** What `drawMarks` needs. */
export interface DrawnMarks extends Omit<Drawing, 'plot'> {
  readonly width: number;
  readonly height: number;
  /** SVG elements; texts in them are ours, or escaped. */
  readonly marks: string;
}

/** A line or an area of the plot with its name. */
export interface LegendItem {
  readonly label: string;
  readonly color: string;
  /** As in stroke-dasharray. */
  readonly dash?: string;
  readonly shape?: 'line' | 'area' | 'dot';
}

/** Of every plot, in pixels; on a phone it is drawn a little smaller, and its letters stay readable. */
export const plotWidth = 400;

const fontSize = 13;

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** What is used of an SVG element; there are no types of the DOM here. */
interface DrawnSvg {
  readonly innerHTML: string;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<{ remove(): void; removeAttribute(name: string): void }>;
}

/** Draws with Observable Plot into an SVG that says what it is to people who do not see it. */
export function drawPlot({ id, title, description, plot: options, legend = [], table }: Drawing): Picture {
  const svg = plot({
    document: document as never,
    width: plotWidth,
    height: 300,
    marginLeft: 54,
    marginBottom: 44,
    marginTop: 24,
    marginRight: 16,
    ...options,
    style: { fontSize: `${fontSize}px` },
  }) as unknown as DrawnSvg;
  const [width, height] = [svg.getAttribute('width'), svg.getAttribute('height')].map(Number) as [number, number];
  for (const style of [...svg.querySelectorAll('style')]) style.remove();
  for (const group of [...svg.querySelectorAll('[aria-label]')]) group.removeAttribute('aria-label');
  return drawMarks({ id, title, description, legend, table, width, height, marks: renamed(id, svg.innerHTML) });
}

/** The same frame around marks that are drawn by hand. */
export function drawMarks({ id, title, description, legend = [], table, width, height, marks }: DrawnMarks): Picture {
  const key = drawLegend(legend, width);
  return { id, title, description, svg: standalone(id, title, description, width, height + key.height, key, marks), csv: csvText(table) };
}

/** Observable Plot numbers markers and clips over the whole process; here they are numbered within the plot, and a page made twice is the same. */
function renamed(id: string, marks: string): string {
  const known = new Map<string, string>();
  return marks.replace(/plot-(?:marker|clip)-\d+/g, (name) => {
    const own = known.get(name) ?? `${id}-part-${known.size + 1}`;
    known.set(name, own);
    return own;
  });
}

function standalone(
  id: string,
  title: string,
  description: string,
  width: number,
  height: number,
  legend: { readonly height: number; readonly svg: string },
  marks: string,
): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="${id}-title ${id}-description" viewBox="0 ${-legend.height} ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="${fontSize}" text-anchor="middle" fill="currentColor">` +
    `<title id="${id}-title">${escaped(title)}</title><desc id="${id}-description">${escaped(description)}</desc>${legend.svg}${marks}</svg>`
  );
}

const [rowHeight, characterWidth, keyWidth, gap, mostItems] = [21, 7.3, 26, 14, 14];

function drawLegend(items: readonly LegendItem[], width: number): { readonly height: number; readonly svg: string } {
  if (items.length === 0) return { height: 0, svg: '' };
  const shown = items.slice(0, mostItems);
  const labels = [...shown.map((item) => ({ ...item, label: shortened(printable(item.label), 44) }))];
  if (items.length > mostItems) labels.push({ label: `and ${items.length - mostItems} more`, color: 'none' });
  let [x, row] = [2, 0];
  const drawn = labels.map(({ label, color, dash, shape = 'line' }) => {
    const size = keyWidth + [...label].length * characterWidth;
    if (x > 2 && x + size > width) {
      x = 2;
      row++;
    }
    const at = x;
    x += size + gap;
    const y = row * rowHeight;
    return `${keyOf(shape, color, dash, at, y)}<text x="${at + keyWidth}" y="${y}" dy="0.32em" text-anchor="start">${escaped(label)}</text>`;
  });
  const height = (row + 1) * rowHeight + 6;
  return { height, svg: `<g transform="translate(0,${12 - height})">${drawn.join('')}</g>` };
}

function keyOf(shape: 'line' | 'area' | 'dot', color: string, dash: string | undefined, x: number, y: number): string {
  if (shape === 'area') return `<rect x="${x}" y="${y - 5}" width="18" height="10" fill="${color}"></rect>`;
  if (shape === 'dot') return `<circle cx="${x + 9}" cy="${y}" r="4.5" fill="${color}"></circle>`;
  return `<path d="M${x},${y}h20" stroke="${color}" stroke-width="2.5" fill="none"${dash ? ` stroke-dasharray="${dash}"` : ''}></path>`;
}

function escaped(text: string): string {
  return printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
