import type { ProgressState, Reporter } from '@gradalign/core';
import { showControls, showOnOneLine } from '@gradalign/core/rendering';
import { cutToWidth } from './display-width.ts';
import { duration } from './duration.ts';
import type { Output, OutputOptions } from './output.ts';
import { fitBlock, linesTaken, type ProgressRow, plainBlock } from './progress-block.ts';

/** How a command talks: results go to standard output, everything else to standard error. Control characters in texts are shown, not sent. */
export interface Terminal extends Reporter {
  /** A result for people; not printed with --json. */
  print(text: string): void;
  /** A result for machines: one JSON document, printed only with --json. */
  printJson(value: unknown): void;
  /** An error; printed even with --quiet. */
  error(text: string): void;
  /** A progress line that was rendered elsewhere; the last one (`finished`) stays on the screen. */
  progressLine(line: string, finished: boolean): void;
  /** Several progress lines, redrawn together on a terminal; elsewhere they are added every 10 s. */
  progressBlock(rows: readonly ProgressRow[]): void;
  /** Clears the progress line. */
  end(): void;
}

/** Milliseconds between two progress lines: on a terminal one line is redrawn, elsewhere lines are added. */
const redrawEvery = 100;
const addLineEvery = 10_000;

/** A terminal over two streams: one progress line that is redrawn where a person watches, plain lines elsewhere. */
export function createTerminal({ stdout, stderr }: Output, { quiet = false, json = false }: OutputOptions): Terminal {
  const live = stderr.isTTY === true && process.env['TERM'] !== 'dumb' && !quiet;
  const every = live ? redrawEvery : addLineEvery;
  /** What progress stands on the screen: a line with the cursor at its end, or a block with the cursor in an empty line below, which no resizing breaks. */
  let drawn: 'nothing' | 'line' | readonly string[] = 'nothing';
  const columns = () => stderr.columns || 80;
  let phase: { readonly name: string; readonly started: number; readonly from: number; shown: number } | undefined;
  const erased = () => `\r\x1b[2K${Array.isArray(drawn) ? '\x1b[1A\x1b[2K'.repeat(linesTaken(drawn, columns())) : ''}`;
  const clear = () => {
    if (drawn === 'nothing') return;
    stderr.write(erased());
    drawn = 'nothing';
  };
  const line = (text: string) => {
    clear();
    stderr.write(`${showControls(text)}\n`);
  };
  let lineShown = Number.NEGATIVE_INFINITY;
  const fitted = (text: string) => cutToWidth(showOnOneLine(text), columns() - 1);
  const draw = (text: string, finished: boolean) => {
    if (!live) return line(text);
    stderr.write(`${erased()}${fitted(text)}${finished ? '\n' : ''}`);
    drawn = finished ? 'nothing' : 'line';
  };
  return {
    print: (text) => {
      clear();
      if (!json) stdout.write(`${showControls(text)}\n`);
    },
    printJson: (value) => {
      clear();
      if (json) stdout.write(`${JSON.stringify(value, null, 2).replaceAll(beyondAscii, escaped)}\n`);
    },
    notice: (message) => {
      if (!quiet) line(message);
    },
    warn: (message) => line(`warning: ${message}`),
    error: line,
    progress(state) {
      if (quiet) return;
      const now = performance.now();
      if (phase?.name !== state.phase) phase = { name: state.phase, started: now, from: Math.max(0, state.done - 1), shown: Number.NEGATIVE_INFINITY };
      const finished = state.done >= state.total;
      if (!finished && now - phase.shown < every) return;
      phase.shown = now;
      draw(renderProgress(state, (now - phase.started) / 1000, state.done - phase.from), finished);
      if (finished) phase = undefined;
    },
    progressLine(text, finished) {
      if (quiet) return;
      const now = performance.now();
      if (!finished && now - lineShown < every) return;
      lineShown = finished ? Number.NEGATIVE_INFINITY : now;
      draw(text, finished);
    },
    progressBlock(rows) {
      if (quiet) return;
      const now = performance.now();
      if (now - lineShown < every) return;
      lineShown = now;
      if (!live) return plainBlock(rows).forEach(line);
      const lines = fitBlock(rows, { columns: columns(), height: stderr.rows || 24 });
      stderr.write(`${erased()}${lines.join('\n')}\n`);
      drawn = lines;
    },
    end: clear,
  };
}

/** JSON escapes the controls of ASCII only; terminals obey these too. The value stays the same. */
const beyondAscii = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `training 120/400 steps 30%  12.3/s  23 s left  loss 0.412`. */
function renderProgress({ phase, done, total, unit, detail }: ProgressState, seconds: number, counted: number): string {
  const rate = seconds > 0 && counted > 0 ? counted / seconds : undefined;
  const left =
    rate === undefined
      ? ''
      : `  ${rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)}/s  ${done >= total ? `took ${duration(seconds)}` : `${duration((total - done) / rate)} left`}`;
  return `${phase} ${done}/${total} ${unit} ${Math.floor((100 * done) / Math.max(1, total))}%${left}${detail ? `  ${detail}` : ''}`;
}
