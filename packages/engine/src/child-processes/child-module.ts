import { EngineError } from '../contracts/engine-error.ts';
import { childModuleArguments } from './module-arguments.ts';
import { type CommandResult, lastLines, runCommand } from './run-command.ts';

/** How a child process runs: what aborts it, its environment (default: this one), and how long it may take (default: 5 minutes). */
export interface ChildOptions {
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** ms */
  readonly timeout?: number;
}

/**
 * Runs a module in a child process and returns the JSON of its last line. A crash in the engine ends the
 * child, not this process.
 *
 * @throws EngineError with what the child reported.
 */
export async function runChildModule<Result>(module: URL, args: readonly string[], { signal, env, timeout = 300_000 }: ChildOptions = {}): Promise<Result> {
  const result = await runCommand(process.execPath, childModuleArguments(module, args), { signal, timeout, ...(env !== undefined && { env }) });
  const last = result.stdout.trim().split('\n').pop() ?? '';
  if (result.code !== 0 || !last.startsWith('{')) throw new EngineError(failure(result));
  return JSON.parse(last) as Result;
}

/** The message of an uncaught error, which Node prints above the stack, or else the last lines of output. */
function failure(result: CommandResult): string {
  const thrown = /^(?:\w*Error): (.+)$/m.exec(result.stderr)?.[1];
  return thrown ?? (lastLines(result, 4) || `the process ended with code ${result.code} and no output`);
}
