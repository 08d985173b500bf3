import type { Terminal } from './terminal.ts';

/** A signal that the first Ctrl-C (or SIGTERM) aborts, so that a run can finish its step and save; a second one ends the process at once. */
export function interruptible(terminal: Terminal, whatHappens: string): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    terminal.warn(`${whatHappens} (once more to stop at once)`);
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
