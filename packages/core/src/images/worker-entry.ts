import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** How to start a module as a worker thread. */
export interface WorkerEntry {
  readonly url: URL;
  /** Node options of the thread; absent: those of the process. */
  readonly execArgv?: readonly string[];
}

/**
 * The entry of a worker thread: the module `name` (without extension) in the folder of the module `from`, given as its `import.meta.url`. In a build it
 * is JavaScript. In the source tree it is TypeScript, and a line of JavaScript registers tsx first, since `--import tsx` has no effect in a thread of
 * Node 20.
 */
export function workerEntry(from: string, name: string): WorkerEntry {
  const source = new URL(from).pathname.endsWith('.ts');
  const url = new URL(`${name}${source ? '.ts' : '.js'}`, from);
  if (!source) return { url };
  const tsx = new URL('dist/esm/api/index.mjs', pathToFileURL(createRequire(from).resolve('tsx/package.json'))).href;
  const code = `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(url.href)});`;
  return { url: new URL(`data:text/javascript,${encodeURIComponent(code)}`), execArgv: ['--conditions=@gradalign/source'] };
}
