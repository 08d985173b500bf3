import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { main } from '../src/main.ts';

export interface Finished {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  /** Variables of the environment while the command runs. */
  readonly env?: Readonly<Record<string, string>>;
  /** Interrupts the command, as Ctrl-C does, when this is printed on standard error. */
  readonly interruptAt?: RegExp;
  /** Called then instead of the interruption. */
  readonly onInterrupt?: () => void;
}

/** Runs a command in this process, from `folder`; the working directory, the environment and the signals are as before when it ends. */
export async function gradalign(folder: string, args: readonly string[], { env = {}, interruptAt, onInterrupt }: RunOptions = {}): Promise<Finished> {
  const cwd = process.cwd();
  const before = Object.fromEntries(Object.keys(env).map((name) => [name, process.env[name]]));
  const listening = process.listeners('SIGINT');
  let out = '';
  let err = '';
  let interrupted = false;
  const stderr = {
    write(text: string) {
      err += text;
      if (interrupted || !interruptAt?.test(err)) return;
      interrupted = true;
      if (onInterrupt) return onInterrupt();
      // The command's own listener only: a signal would end the test runner too.
      for (const listener of process.listeners('SIGINT')) if (!listening.includes(listener)) listener('SIGINT');
    },
  };
  process.chdir(folder);
  Object.assign(process.env, env);
  try {
    const status = await main(args, { stdout: { write: (text) => (out += text) }, stderr });
    if (process.listenerCount('SIGINT') !== listening.length) throw new Error(`gradalign ${args.join(' ')} still listens to SIGINT`);
    return { status, out, err };
  } finally {
    process.chdir(cwd);
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

const bin = fileURLToPath(new URL('../bin/gradalign.js', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** What node needs to run the command from the source of this tree, whatever is built. */
export const gradalignArguments: readonly string[] = ['--conditions=@gradalign/source', '--import', tsx, bin];

/** Runs the real command in a process of its own, and waits for it. */
export function gradalignProcess(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Finished {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...gradalignArguments, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, out: stdout, err: stderr };
}
