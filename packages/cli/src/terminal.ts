import type { ProgressState, Reporter } from '@gradalign/core';

/** Where a command writes: results on standard output, everything about the way there on standard error. */
export interface Terminal extends Reporter {
  readonly json: boolean;
  readonly quiet: boolean;
  /** A result, for people; with --json not printed. */
  print(text: string): void;
  /** A result, for machines; printed with --json only, as one JSON document. */
  printJson(value: unknown): void;
  /** A line that was made elsewhere; `finished` leaves it standing. */
  progressLine(line: string, finished: boolean): void;
  /** Clears the progress line. */
  end(): void;
}

/** On a terminal one line is drawn again and again; elsewhere a plain line every so often. */
const drawEvery = 100;
const plainEvery = 10_000;

export function createTerminal({ quiet = false, json = false }: { readonly quiet?: boolean; readonly json?: boolean }): Terminal {
  const live = process.stderr.isTTY === true && !quiet;
  let drawn = false;
  let phase: { readonly name: string; readonly started: number; readonly from: number; shown: number } | undefined;
  const clear = () => {
    if (drawn) process.stderr.write('\r\x1b[2K');
    drawn = false;
  };
  const line = (text: string) => {
    clear();
    process.stderr.write(`${text}\n`);
  };
  let lineShown = Number.NEGATIVE_INFINITY;
  const draw = (text: string, finished: boolean) => {
    if (!live) return line(text);
    process.stderr.write(`\r\x1b[2K${text.slice(0, (process.stderr.columns || 80) - 1)}${finished ? '\n' : ''}`);
    drawn = !finished;
  };
  return {
    json,
    quiet,
    print: (text) => {
      clear();
      if (!json) process.stdout.write(`${text}\n`);
    },
    printJson: (value) => {
      clear();
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    notice: (message) => {
      if (!quiet) line(message);
    },
    warn: (message) => line(`warning: ${message}`),
    progress(state) {
      if (quiet) return;
      const now = performance.now();
      if (phase?.name !== state.phase) phase = { name: state.phase, started: now, from: Math.max(0, state.done - 1), shown: Number.NEGATIVE_INFINITY };
      const finished = state.done >= state.total;
      if (!finished && now - phase.shown < (live ? drawEvery : plainEvery)) return;
      phase.shown = now;
      draw(renderProgress(state, (now - phase.started) / 1000, state.done - phase.from), finished);
      if (finished) phase = undefined;
    },
    progressLine(text, finished) {
      if (quiet) return;
      const now = performance.now();
      if (!finished && now - lineShown < (live ? drawEvery : plainEvery)) return;
      lineShown = finished ? Number.NEGATIVE_INFINITY : now;
      draw(text, finished);
    },
    end: clear,
  };
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

/** `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
