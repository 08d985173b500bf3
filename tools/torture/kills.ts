import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Case, CaseEnded } from './case.ts';
import { inProcess } from './in-process.ts';
import { brokenPromise } from './promise.ts';
import { randomOf } from './random.ts';
import { wrongContent } from './references.ts';
import { runCommand } from './run-command.ts';
import { argumentsOf, type CommandName, commands } from './workload.ts';
import { stopAt, stopsWrites } from './write-stop.ts';

const order: readonly CommandName[] = ['train', 'prepare', 'train', 'compare', 'train', 'report', 'train', 'calibrate', 'prepare', 'predict'];

/**
 * Kills a command once or twice, every other case of it within a write of its own and the others after a random time, then lets it finish in this process: the
 * bytes must be those of a run that nobody disturbed.
 */
export async function killCase({ work, folder, seed, index }: Case): Promise<CaseEnded> {
  const random = randomOf(seed, `kill ${index}`);
  const name = order[index % order.length] as CommandName;
  const { out, writes, lines } = commands[name];
  cpSync(join(work, 'inputs'), folder, { recursive: true });
  const broken = (is: string): CaseEnded => ({ kind: name, ended: 'broken', broken: `case ${index}: ${is}` });
  let kills = 0;
  for (let left = 1 + random.below(2); left > 0; left--) {
    const at = { under: join(folder, out), at: 1 + random.below(writes) };
    const time = { lines: 1 + random.below(lines), milliseconds: random.below(80) };
    const how = (index + Math.floor(index / order.length)) % 2 === 0 && stopsWrites(work) ? { env: stopAt(work, at) } : { kill: time };
    const ended = await runCommand(folder, argumentsOf(commands[name], folder), how);
    if (ended.status === null) kills++;
    else {
      const problem = brokenPromise(ended, 120) ?? (ended.status === 0 ? undefined : `ended with ${ended.status}: ${ended.err.slice(-500)}`);
      if (problem !== undefined) return broken(problem);
      break;
    }
  }
  const last = await inProcess(argumentsOf(commands[name], folder));
  const problem = brokenPromise(last, 120) ?? (last.status === 0 ? wrongContent(work, name, folder) : `ended with ${last.status}: ${last.err.slice(-500)}`);
  if (problem !== undefined) return broken(`after ${kills} kills ${problem}`);
  return { kind: name, ended: `same bytes after ${kills} kill${kills === 1 ? '' : 's'}` };
}
