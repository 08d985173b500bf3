/** How a command ended. */
export interface Ended {
  /** Exit code; null where a signal ended it. */
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
  /** Largest resident size, in bytes, where it was measured. */
  readonly peak?: number;
}

const maxSeconds = 20;
/** Of a process with the engine. */
const maxBytes = 3e9;

/** What of the promise a command broke: a trace, an exit code that is none of ours, a hang, too much memory. Undefined where it was kept. */
export function brokenPromise({ status, out, err, seconds, peak = 0 }: Ended, limit = maxSeconds): string | undefined {
  const text = `${out}\n${err}`;
  if (/This is a bug in gradalign|\n\s+at .+[:(].+\d+\)?\n|FATAL ERROR|Segmentation fault/.test(text)) return `a trace: ${excerpt(text)}`;
  if (seconds > limit) return `took ${seconds.toFixed(0)} s`;
  if (status === null || ![0, 1, 2].includes(status)) return `ended with ${status}: ${excerpt(text)}`;
  if (status !== 0 && err.trim() === '') return `ended with ${status} and said nothing`;
  if (peak > maxBytes) return `took ${(peak / 1e9).toFixed(1)} GB`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are looked for
  if (/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(text)) return 'sent control characters';
  return undefined;
}

function excerpt(text: string): string {
  return text.trim().split('\n').slice(-12).join(' | ').slice(-900);
}
