import { fileURLToPath, pathToFileURL } from 'node:url';
import { EngineError } from '../engine-error.ts';
import { requireHere } from '../package-folder.ts';
import { lastLines, runCommand } from './run-command.ts';

export interface ChildOptions {
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** ms */
  readonly timeout?: number;
}

/**
 * Runs a module of this package in a process of its own, from source where this process runs from source, and gives the
 * JSON of its last line. A crash within the engine so ends that process, not this one.
 *
 * @param module Without its extension, for example `new URL('smoke-child', import.meta.url)`.
 */
export async function runChildModule<Result>(module: URL, args: readonly string[], { signal, env, timeout = 300_000 }: ChildOptions = {}): Promise<Result> {
  const fromSource = import.meta.url.endsWith('.ts');
  const entry = `${fileURLToPath(module)}${fromSource ? '.ts' : '.js'}`;
  const loader = fromSource ? ['--conditions=@gradalign/source', '--import', pathToFileURL(requireHere.resolve('tsx')).href] : [];
  const result = await runCommand(process.execPath, [...loader, entry, ...args], { signal, timeout, ...(env !== undefined && { env }) });
  const last = result.stdout.trim().split('\n').pop() ?? '';
  if (result.code !== 0 || !last.startsWith('{')) throw new EngineError(lastLines(result, 4) || `the process ended with code ${result.code} and said nothing`);
  return JSON.parse(last) as Result;
}
