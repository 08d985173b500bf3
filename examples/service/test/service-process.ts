import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { lenient } from './test-service.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** The command in a process of its own. */
export interface ServiceProcess {
  readonly child: ChildProcess;
  /** Rejects where it ends before it listens. */
  readonly url: Promise<string>;
  /** Waits until it has written this to stderr. */
  said(text: string): Promise<void>;
  /** Exit code, and what it wrote. */
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

/** Starts the command with these variables; `args` are its options. */
export function serviceProcess(variables: Readonly<Record<string, string>>, args: readonly string[] = []): ServiceProcess {
  const env = { ...process.env, ...lenient, GRADALIGN__LOG: 'info', ...variables };
  const child = spawn(process.execPath, ['--conditions=@gradalign/source', '--import', tsx, main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  const url = new Promise<string>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      const [, port] = /^Listening on \S+:(\d+)$/m.exec(err) ?? [];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
    void ended.then(({ code }) => reject(new Error(`it ended with code ${code}: ${err}`)));
  });
  url.catch(() => {});
  const said = async (text: string) => {
    while (!err.includes(text)) await wait(20);
  };
  return { child, url, said, ended };
}
