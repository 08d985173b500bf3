import type { Terminal } from './terminal.ts';

/** Set in the jobs of a cluster, where one termination reaches a process several times: from the cluster and from the batch script. */
export const oneTermination = 'GRADALIGN_ONE_TERMINATION';

/**
 * A signal that the first Ctrl-C (or SIGTERM) aborts, so that a command can finish what it has in hand and save; the second ends the process at once (a
 * second SIGTERM does not in the jobs of a cluster, which kills what is too slow).
 * A terminal that closes, which may send SIGHUP twice, never ends the process at once either.
 * `whatHappens` is shown at the first: `finishing this step, then saving`. Disposing stops listening.
 */
export function interruptible(terminal: Terminal, whatHappens: string): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const onSignal = (signal?: NodeJS.Signals) => {
    if (controller.signal.aborted && signal === 'SIGTERM' && process.env[oneTermination] !== undefined) return;
    if (controller.signal.aborted) process.exit(130);
    terminal.warn(`${whatHappens} (interrupt again to stop immediately)`);
    controller.abort();
  };
  const onHangUp = () => controller.signal.aborted || onSignal();
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onHangUp);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      process.off('SIGHUP', onHangUp);
    },
  };
}

/**
 * Does work that the first Ctrl-C ends, with the exit code that it returns. What it throws after that is how it ends: 130.
 *
 * @param whatHappens As for `interruptible`.
 */
export async function untilInterrupted(terminal: Terminal, whatHappens: string, work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  using interrupt = interruptible(terminal, whatHappens);
  try {
    return await work(interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    throw error;
  }
}
