export type InstallPhase = 'download' | 'check' | 'unpack' | 'compile' | 'test';

export interface InstallProgress {
  readonly phase: InstallPhase;
  /** What the phase works on: a wheel's file name, or the engine. */
  readonly what: string;
  /** Bytes in `download`, `check` and `unpack`, steps in the others. */
  readonly done: number;
  readonly total: number;
  /** All of it for a reader, with rate and time left. */
  readonly line: string;
}

/** ms between two reports of one phase. */
const interval = 100;

/** Begins a phase; what it returns is told how far the phase is, as often as one likes. */
export type BeginPhase = (phase: InstallPhase, what: string, total: number) => (done: number) => void;

/** Passes progress on to `listener`, at most ten times a second, and always the beginning and, once, the end of a phase. */
export function installProgress(listener: ((progress: InstallProgress) => void) | undefined, now: () => number = () => performance.now()): BeginPhase {
  return (phase, what, total) => {
    const began = now();
    let last = Number.NEGATIVE_INFINITY;
    let ended = false;
    const report = (done: number): void => {
      const time = now();
      if (listener === undefined || ended || (time - last < interval && done < total)) return;
      last = time;
      ended = done >= total;
      listener({ phase, what, done, total, line: progressLine(phase, what, done, total, (time - began) / 1000) });
    };
    report(0);
    return report;
  };
}

const verbs: Record<InstallPhase, string> = { download: 'Fetching', check: 'Checking', unpack: 'Unpacking', compile: 'Compiling', test: 'Testing' };

/** `Fetching a.whl: 120 of 274 MB, 45 MB/s, 3 s left` */
function progressLine(phase: InstallPhase, what: string, done: number, total: number, seconds: number): string {
  const title = `${verbs[phase]} ${what}`;
  if (phase === 'compile' || phase === 'test') return done < total ? `${title} ...` : `${title}: done in ${seconds.toFixed(1)} s`;
  const amount = `${megabytes(done)} of ${megabytes(total)} MB`;
  if (done >= total) return `${title}: ${megabytes(total)} MB in ${seconds.toFixed(1)} s`;
  if (seconds < 0.3 || done === 0) return `${title}: ${amount}`;
  const rate = done / seconds;
  return `${title}: ${amount}, ${megabytes(rate)} MB/s, ${Math.ceil((total - done) / rate)} s left`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0);
}
