import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Ended } from './promise.ts';

const { resolve: find } = createRequire(import.meta.url);
const bin = join(dirname(find('gradalign/package.json')), 'bin/gradalign.js');
const tsx = pathToFileURL(find('tsx')).href;

/** Options of `runCommand`. */
export interface RunCommandOptions {
  /** Kills the process by SIGKILL, some milliseconds after it has said something this many times: a random moment of its work. */
  readonly kill?: { readonly lines: number; readonly milliseconds: number };
  readonly env?: NodeJS.ProcessEnv;
  /** Seconds after which a hang is assumed and the process killed; default 120, for a machine that is busy. */
  readonly limit?: number;
}

/** Runs the command of this tree in a process of its own. */
export function runCommand(folder: string, args: readonly string[], { kill, env = {}, limit = 120 }: RunCommandOptions = {}): Promise<Ended> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--conditions=@gradalign/source', '--import', tsx, bin, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  let said = 0;
  let timer: NodeJS.Timeout | undefined;
  const hang = setTimeout(() => child.kill('SIGKILL'), limit * 1000);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    said++;
    if (kill && said >= kill.lines) timer ??= setTimeout(() => child.kill('SIGKILL'), kill.milliseconds);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      clearTimeout(timer);
      clearTimeout(hang);
      resolve({ status, out, err, seconds: (performance.now() - began) / 1000 });
    });
  });
}
