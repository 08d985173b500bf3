import type { Terminal } from './terminal.ts';

/**
 * A signal that the first Ctrl-C (or SIGTERM) aborts, so that a command can finish what it has in hand and save; the second ends the process at once.
 * So does a terminal that closes, which may send SIGHUP twice: it never ends the process at once.
 * `whatHappens` is shown at the first: `finishing this step, then saving`. Disposing stops listening.
 */
export function interruptible(terminal: Terminal, whatHappens: string): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const onSignal = () => {
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
