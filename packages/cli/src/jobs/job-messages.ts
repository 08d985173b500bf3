import type { ProgressState, Reporter, StudyRunOutcome } from '@gradalign/core';

/** What a run tells the process that started it. */
export type JobMessage = { readonly progress: ProgressState } | { readonly outcome: StudyRunOutcome['state'] } | { readonly error: string };

/** Set for a run that was started by `compare --jobs`. */
export const jobVariable = 'GRADALIGN_JOB';

/** ms between two reports. */
const every = 200;

/** The line to the process that started this one; undefined where this is no job. */
export interface JobLine extends Disposable {
  tell(message: JobMessage): void;
  /** Passes on what the reporter is told, and its progress to the starting process too. */
  reporter(own: Reporter): Reporter;
}

/** Opens the line. Where the starting process is gone, this one is interrupted as by SIGTERM. */
export function openJobLine(): JobLine | undefined {
  if (process.env[jobVariable] === undefined || process.send === undefined) return undefined;
  const orphaned = () => process.kill(process.pid, 'SIGTERM');
  if (process.connected) process.on('disconnect', orphaned);
  else setImmediate(orphaned);
  const tell = (message: JobMessage) => void (process.connected && process.send?.(message));
  let told = 0;
  return {
    tell,
    reporter: (own) => ({
      notice: (message) => own.notice(message),
      warn: (message) => own.warn(message),
      progress(progress) {
        own.progress(progress);
        if (performance.now() - told < every && progress.done < progress.total) return;
        told = performance.now();
        tell({ progress });
      },
    }),
    [Symbol.dispose]() {
      process.off('disconnect', orphaned);
      if (process.connected) process.disconnect();
    },
  };
}
