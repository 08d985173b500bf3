import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Python packages in a folder of their own. */
export interface PythonPackages {
  readonly folder: string;
  /** Runs a program that may import them, and returns what it prints as JSON. */
  run(program: string, args: readonly string[]): unknown;
}

const cache = fileURLToPath(new URL('../../../node_modules/.cache/gradalign/python/', import.meta.url));

/**
 * Packages of the user's own index, installed once into the cache by pip; `['--no-deps', ...]` takes these alone. Where there is no pip or no index, the
 * reason is printed and there are none, which CI takes for an error.
 */
export async function pythonPackages(name: string, requirements: readonly string[]): Promise<PythonPackages | undefined> {
  const folder = join(cache, name);
  if (!existsSync(folder)) {
    const partial = `${folder}.${process.pid}`;
    mkdirSync(dirname(folder), { recursive: true });
    try {
      await promisify(execFile)('python3', ['-m', 'pip', 'install', '--quiet', '--target', partial, ...requirements]);
      renameSync(partial, folder);
    } catch (error) {
      rmSync(partial, { recursive: true, force: true });
      const reason = `${name} cannot be installed: ${(error as Error).message.trim().split('\n').at(-1)}`;
      if (process.env['CI']) throw new Error(reason);
      console.log(`skipped: ${reason}`);
      return undefined;
    }
  }
  return {
    folder,
    run: (program, args) =>
      // Isolated: neither the working folder nor the user's packages are looked at.
      JSON.parse(execFileSync('python3', ['-I', '-c', `import sys; sys.path.insert(0, sys.argv.pop(1))\n${program}`, folder, ...args], { encoding: 'utf8' })),
  };
}
