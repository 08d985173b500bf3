import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export interface WorkerEntry {
  readonly url: URL;
  /** Options of Node for the thread; absent: those of the process. */
  readonly execArgv?: readonly string[];
}

/**
 * The module `name` (without its ending) beside the module `from`, to be run as a worker thread. Built it is JavaScript. In the source tree it
 * is TypeScript: then a line of JavaScript registers tsx first, since `--import tsx` does nothing in a thread of Node 20.
 */
export function workerEntry(from: string, name: string): WorkerEntry {
  const source = new URL(from).pathname.endsWith('.ts');
  const url = new URL(`${name}${source ? '.ts' : '.js'}`, from);
  if (!source) return { url };
  const tsx = new URL('dist/esm/api/index.mjs', pathToFileURL(createRequire(from).resolve('tsx/package.json'))).href;
  const code = `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(url.href)});`;
  return { url: new URL(`data:text/javascript,${encodeURIComponent(code)}`), execArgv: ['--conditions=@gradalign/source'] };
}
