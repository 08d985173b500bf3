// Published as @gradalign/engine/processes. Loads nothing of TensorFlow.
import { type ChildProcess, fork } from 'node:child_process';
import { moduleArguments } from './module-arguments.ts';

/** A module in a process of its own, which is sent messages. */
export interface ForkedModule {
  readonly child: ChildProcess;
  /** The last line that it wrote to standard error, in parentheses after a space; empty where it wrote nothing. */
  lastWords(): string;
  /** Ends it by closing its channel; kills it where it has not gone after 3 seconds. Waits until `ended`. */
  close(ended: Promise<void>): Promise<void>;
}

/** Milliseconds that a process has to exit by itself. */
const exitTimeout = 3_000;
/** Characters of standard error that are kept. */
const kept = 2_000;

/**
 * Starts a module in a process of its own, from source if this process runs from source. Messages are structured clones: typed arrays stay what they are.
 *
 * @param module URL without the extension, for example `new URL('detector-child', import.meta.url)`.
 */
export function forkModule(module: URL, args: readonly string[] = []): ForkedModule {
  const { execArgv, file } = moduleArguments(module);
  const child = fork(file, args, { execArgv, serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-kept);
  });
  return {
    child,
    lastWords() {
      const line = said.trim().split('\n').pop();
      return line ? ` (${line})` : '';
    },
    async close(ended) {
      if (child.connected) child.disconnect();
      const kill = setTimeout(() => child.kill('SIGKILL'), exitTimeout);
      await ended;
      clearTimeout(kill);
    },
  };
}
