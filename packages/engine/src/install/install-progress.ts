/** What an installation is doing: `check` compares digests, `test` runs the engine. */
export type InstallPhase = 'download' | 'check' | 'unpack' | 'compile' | 'test';

/** How far one phase of an installation is. */
export interface InstallProgress {
  readonly phase: InstallPhase;
  /** What the phase works on: a wheel's file name, the binding or the engine. */
  readonly what: string;
  /** 0..total: bytes in `download`, `check` and `unpack`, steps in the others. */
  readonly done: number;
  readonly total: number;
  /** One line to display, with rate and time left: `Downloading a.whl: 120 of 274 MB, 45 MB/s, 3 s left`. */
  readonly line: string;
}

/** Least time between two reports of one phase, ms. */
const interval = 100;

/** Begins a phase and returns a function to report its progress, which may be called as often as convenient. */
export type BeginPhase = (phase: InstallPhase, what: string, total: number) => (done: number) => void;

/** Passes progress on to `listener`: the beginning and the end of each phase, and at most ten reports a second in between. */
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

const verbs: Record<InstallPhase, string> = { download: 'Downloading', check: 'Checking', unpack: 'Unpacking', compile: 'Compiling', test: 'Testing' };

/** `Downloading a.whl: 120 of 274 MB, 45 MB/s, 3 s left` */
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
