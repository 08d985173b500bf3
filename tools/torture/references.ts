import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { type CommandName, commands, contentOf, differences, leftovers, writeWorkload } from './workload.ts';

type Contents = Readonly<Record<string, string>>;

/** Every command once, undisturbed, in `whole`; and a copy of the run that lacks its results and its last part. */
export async function makeReferences(work: string): Promise<void> {
  const [inputs, whole] = [join(work, 'inputs'), join(work, 'whole')];
  for (const folder of [inputs, whole]) rmSync(folder, { recursive: true, force: true });
  await writeWorkload(inputs);
  cpSync(inputs, whole, { recursive: true });
  const references: Record<string, Contents> = {};
  for (const [name, { first, out }] of Object.entries(commands)) {
    if (existsSync(join(inputs, 'trained'))) {
      // What the command before wrote into it is not what this one makes.
      rmSync(join(whole, 'trained'), { recursive: true });
      cpSync(join(inputs, 'trained'), join(whole, 'trained'), { recursive: true });
    }
    const ended = await runCommand(whole, first);
    if (ended.status !== 0) throw new Error(`${first.join(' ')} ended with ${ended.status}: ${ended.err}`);
    references[name] = contentOf(join(whole, out));
    if (name === 'train') for (const to of [inputs, whole]) cpSync(join(whole, out), join(to, 'trained'), { recursive: true });
  }
  const unfinished = join(whole, 'runs/unfinished');
  cpSync(join(whole, 'runs/one'), unfinished, { recursive: true });
  for (const name of ['results.json', 'scores', 'weights']) rmSync(join(unfinished, name), { recursive: true });
  writeFileSync(join(work, 'references.json'), JSON.stringify(references));
}

/** What is not as in an undisturbed run, in words; undefined where all is. */
export function wrongContent(work: string, name: CommandName, folder: string): string | undefined {
  const references = JSON.parse(readFileSync(join(work, 'references.json'), 'utf8')) as Record<CommandName, Contents>;
  const out = join(folder, commands[name].out);
  const differ = differences(contentOf(out), references[name]);
  if (differ.length > 0) return `other bytes in ${differ.join(', ')}`;
  const left = leftovers(out);
  return left.length > 0 ? `left behind: ${left.join(', ')}` : undefined;
}
