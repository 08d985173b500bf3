import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const bin = fileURLToPath(new URL('../bin/gradalign.js', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** What node needs to run the command from the source of this tree, whatever is built. */
export const gradalignArguments: readonly string[] = ['--conditions=@gradalign/source', '--import', tsx, bin];

export interface Finished {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the real command in a folder, and waits for it. */
export function gradalign(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Finished {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...gradalignArguments, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, out: stdout, err: stderr };
}
