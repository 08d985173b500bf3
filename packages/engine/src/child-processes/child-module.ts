import { fileURLToPath, pathToFileURL } from 'node:url';
import { EngineError } from '../contracts/engine-error.ts';
import { requireHere } from '../files/package-folder.ts';
import { type CommandResult, lastLines, runCommand } from './run-command.ts';

export interface ChildOptions {
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** ms */
  readonly timeout?: number;
}

/**
 * Arguments for Node that run a module of this package: from source where this process runs from source.
 *
 * @param module Without its extension, for example `new URL('smoke-child', import.meta.url)`.
 */
export function childModuleArguments(module: URL, args: readonly string[]): string[] {
  const fromSource = import.meta.url.endsWith('.ts');
  const loader = fromSource ? ['--conditions=@gradalign/source', '--import', pathToFileURL(requireHere.resolve('tsx')).href] : [];
  return [...loader, `${fileURLToPath(module)}${fromSource ? '.ts' : '.js'}`, ...args];
}

/**
 * Runs a module of this package in a process of its own and gives the JSON of its last line. A crash within the engine
 * so ends that process, not this one.
 */
export async function runChildModule<Result>(module: URL, args: readonly string[], { signal, env, timeout = 300_000 }: ChildOptions = {}): Promise<Result> {
  const result = await runCommand(process.execPath, childModuleArguments(module, args), { signal, timeout, ...(env !== undefined && { env }) });
  const last = result.stdout.trim().split('\n').pop() ?? '';
  if (result.code !== 0 || !last.startsWith('{')) throw new EngineError(failure(result));
  return JSON.parse(last) as Result;
}

/** The message of an error that nobody caught, which Node prints above its stack, or else the last that was said. */
function failure(result: CommandResult): string {
  const thrown = /^(?:\w*Error): (.+)$/m.exec(result.stderr)?.[1];
  return thrown ?? (lastLines(result, 4) || `the process ended with code ${result.code} and said nothing`);
}
