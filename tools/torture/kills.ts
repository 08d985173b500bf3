import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { brokenPromise } from './promise.ts';
import { randomOf } from './random.ts';
import { runCommand } from './run-command.ts';
import type { Tallies } from './tally.ts';
import { commands, contentOf, differences, files } from './workload.ts';

/** What the commands make when nothing happens to them: contents by command. */
export type References = Readonly<Record<keyof typeof commands, Readonly<Record<string, string>>>>;

/** Kills a command once to three times at random moments, then lets it finish: the bytes must be those of a run that nobody disturbed. */
export async function killCase(work: string, seed: number, index: number, references: References, tallies: Tallies): Promise<void> {
  const random = randomOf(seed, `kill ${index}`);
  const name = (['train', 'train', 'compare', 'prepare'] as const)[index % 4] as keyof typeof commands;
  const { first, again, out } = commands[name];
  const folder = join(work, `kill-${index}`);
  cpSync(join(work, 'inputs'), folder, { recursive: true });
  const problem = async (): Promise<{ ended: string; broken?: string }> => {
    let kills = 0;
    for (let left = 1 + random.below(3); left > 0; left--) {
      const started = files(join(folder, out)).some((path) => path.endsWith('experiment.yaml')) || name !== 'train';
      const kill = { lines: 1 + random.below(name === 'prepare' ? 3 : 40), milliseconds: random.below(80) };
      const ended = await runCommand(folder, started ? again : first, { kill });
      if (ended.status !== null) {
        const broken = brokenPromise(ended, 120);
        if (broken !== undefined || ended.status !== 0) return { ended: 'broken', broken: broken ?? `ended with ${ended.status}: ${ended.err.slice(-500)}` };
        break;
      }
      kills++;
    }
    const started = files(join(folder, out)).some((path) => path.endsWith('experiment.yaml')) || name !== 'train';
    const last = await runCommand(folder, started ? again : first);
    const broken = brokenPromise(last, 120) ?? (last.status === 0 ? undefined : `ended with ${last.status}: ${last.err.slice(-500)}`);
    if (broken !== undefined) return { ended: 'broken', broken };
    const differ = differences(contentOf(join(folder, out)), references[name]);
    if (differ.length > 0) return { ended: 'broken', broken: `other bytes in ${differ.join(', ')}` };
    const left = files(join(folder, out)).filter((path) => /\.tmp$|\/\.lock/.test(path));
    if (left.length > 0) return { ended: 'broken', broken: `left behind: ${left.join(', ')}` };
    return { ended: `same bytes after ${kills} kill${kills === 1 ? '' : 's'}` };
  };
  const { ended, broken } = await problem();
  tallies.count('kill', name, ended, broken && `case ${index}: ${broken}`);
  if (broken === undefined) rmSync(folder, { recursive: true });
}
