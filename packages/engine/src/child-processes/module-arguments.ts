import { fileURLToPath, pathToFileURL } from 'node:url';
import { requireHere } from '../files/package-folder.ts';

/** How Node runs a module in another process. */
export interface ModuleArguments {
  /** Node's own, before the file. */
  readonly execArgv: string[];
  readonly file: string;
}

/**
 * How a module runs, from source if this process runs from source.
 *
 * @param module URL without the extension, for example `new URL('smoke-child', import.meta.url)`.
 */
export function moduleArguments(module: URL): ModuleArguments {
  const fromSource = import.meta.url.endsWith('.ts');
  return {
    execArgv: fromSource ? ['--conditions=@gradalign/source', '--import', pathToFileURL(requireHere.resolve('tsx')).href] : [],
    file: `${fileURLToPath(module)}${fromSource ? '.ts' : '.js'}`,
  };
}

/** All of Node's arguments to run a module with arguments of its own. */
export function childModuleArguments(module: URL, args: readonly string[]): string[] {
  const { execArgv, file } = moduleArguments(module);
  return [...execArgv, file, ...args];
}
