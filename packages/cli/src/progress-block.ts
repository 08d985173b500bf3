import { showOnOneLine } from '@gradalign/core/rendering';
import { cutToWidth, displayWidth, shortenInMiddle } from './display-width.ts';

/** A line of a block of progress: what it is about, and how far that is. */
export interface ProgressRow {
  /** Shortened in its middle where the line is too long. */
  readonly name?: string;
  /** Cut at its end where the line is too long. */
  readonly text: string;
}

/** Lines of the screen that stay free: that of the cursor, below the block, and one of what was printed before. */
const free = 2;
/** Columns of a name that stay however narrow the terminal is. */
const leastName = 12;

/** The lines of a block without control characters, as they stand where no person watches. */
export function plainBlock(rows: readonly ProgressRow[]): string[] {
  return rows.map(({ name, text }) => showOnOneLine(name === undefined ? text : `  ${name}: ${text}`));
}

/**
 * The lines of a block, fitted into a screen: no line reaches the last column, where some terminals go on in the next line, and no more lines than can be
 * redrawn. The last row is always shown.
 *
 * @param screen Its size in characters.
 */
export function fitBlock(rows: readonly ProgressRow[], { columns, height }: { readonly columns: number; readonly height: number }): string[] {
  const most = Math.max(1, height - free);
  const last = rows.slice(-1);
  const shown = rows.length <= most ? rows : [...rows.slice(0, Math.max(0, most - 2)), ...(most > 1 ? [hidden(rows.length - most + 1)] : []), ...last];
  const width = columns - 1;
  const named = shown.flatMap(({ name }) => (name === undefined ? [] : [displayWidth(showOnOneLine(name))]));
  const longestText = Math.max(0, ...shown.map(({ name, text }) => (name === undefined ? 0 : displayWidth(showOnOneLine(text)))));
  const between = '  : '.length;
  const room = Math.min(Math.max(0, ...named), Math.max(Math.min(leastName, width - between), width - between - longestText));
  return shown.map(({ name, text }) => {
    if (name === undefined) return cutToWidth(showOnOneLine(text), width);
    const short = shortenInMiddle(showOnOneLine(name), room);
    return cutToWidth(`  ${short}${' '.repeat(Math.max(0, room - displayWidth(short)))}: ${showOnOneLine(text)}`, width);
  });
}

function hidden(rows: number): ProgressRow {
  return { text: `  … and ${rows} more` };
}

/** Lines of the screen that drawn lines take now: a terminal that has become narrower has broken them. */
export function linesTaken(lines: readonly string[], columns: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
}
