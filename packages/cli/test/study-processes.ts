import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gradalignArguments } from './run-gradalign.ts';

/** The real command on studies in a folder, started and looked at while it runs. */
export function studyProcesses(folder: string) {
  function start(...args: string[]) {
    return startWith({}, ...args);
  }

  function startWith(env: NodeJS.ProcessEnv, ...args: string[]) {
    const child = spawn(process.execPath, [...gradalignArguments, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.stdout.resume();
    const ended = once(child, 'exit').then(([code, signal]) => ({ code: code as number | null, signal: signal as string | null, err }));
    return { child, ended };
  }

  const runsOf = (output: string) => (existsSync(join(folder, output)) ? readdirSync(join(folder, output)).filter((name) => !name.startsWith('.')) : []);

  /** Waits until a run of a study has come so far; its folder and who works in it. */
  async function training(output: string, is: (log: string) => boolean, but: readonly string[] = []): Promise<{ name: string; pid: number }> {
    for (;;) {
      for (const name of runsOf(output).filter((one) => !but.includes(one))) {
        const [log, lock] = [join(folder, output, name, 'log.jsonl'), join(folder, output, name, '.lock')];
        if (existsSync(log) && existsSync(lock) && is(readFileSync(log, 'utf8'))) return { name, pid: JSON.parse(readFileSync(lock, 'utf8')).pid };
      }
      await sleep(50);
    }
  }

  /** Everything that a study's runs have computed: weights, scores and figures. */
  function computed(output: string): Record<string, string> {
    return Object.fromEntries(
      runsOf(output).flatMap((name) => {
        const at = join(folder, output, name);
        const results = JSON.parse(readFileSync(join(at, 'results.json'), 'utf8'));
        const files = [
          ...['model', 'state'].map((file) => `checkpoints/${results.checkpoint}/${file}.safetensors`),
          ...readdirSync(join(at, 'scores')).map((file) => `scores/${file}`),
        ];
        return [
          [`${name}/results`, JSON.stringify(results.evaluation)] as const,
          ...files.map((file) => [`${name}/${file}`, readFileSync(join(at, file)).toString('base64')] as const),
        ];
      }),
    );
  }

  return { start, startWith, runsOf, training, computed };
}
