import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Case, CaseEnded } from './case.ts';
import { inProcess } from './in-process.ts';
import { mutate } from './mutate.ts';
import { brokenPromise } from './promise.ts';
import { randomOf } from './random.ts';
import { contentOf, differences, files } from './workload.ts';

const kinds = ['one bit', 'cut off', 'same size', 'removed', 'anything'] as const;

/** Damages one file of a run, then resumes the run or uses it: the same bytes, or a refusal. */
export async function damageCase({ work, folder, seed, index }: Case): Promise<CaseEnded> {
  const random = randomOf(seed, `damage ${index}`);
  const finished = index % 3 === 0;
  rmSync(join(folder, 'run'), { recursive: true, force: true });
  cpSync(join(work, 'inputs'), folder, { recursive: true });
  cpSync(join(work, finished ? 'whole/runs/one' : 'whole/runs/unfinished'), join(folder, 'run'), { recursive: true });
  // What a person may edit and nothing can check: the log is for reading, the environment is for the record.
  const all = files(join(folder, 'run')).filter((path) => !/(log\.jsonl|environment\.json)$/.test(path));
  const file = random.pick(all);
  const kind = random.pick(kinds);
  const bytes = readFileSync(file);
  const at = random.below(Math.max(1, bytes.length));
  if (kind === 'one bit' && bytes.length > 0) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
  if (kind === 'same size') bytes.fill(random.below(256), at, Math.min(bytes.length, at + 1 + random.below(512)));
  if (kind === 'one bit' || kind === 'same size') writeFileSync(file, bytes);
  if (kind === 'cut off') truncateSync(file, at);
  if (kind === 'removed') rmSync(file);
  if (kind === 'anything') writeFileSync(file, mutate(bytes, random));
  const name = relative(join(folder, 'run'), file);
  const args = finished
    ? random.pick([
        ['evaluate', 'run'],
        ['predict', 'run', 'faces/c/test/live'],
        ['train', '--resume', 'run'],
      ])
    : ['train', '--resume', 'run'];
  const what = `case ${index} (${name}, ${kind}; ${args.join(' ')})`;
  const ended = await inProcess(args);
  const broken = brokenPromise(ended);
  const told = (is: string) => ({ kind: `${finished ? 'finished' : 'unfinished'} run`, ended: 'broken', broken: `${what}: ${is}` });
  if (broken !== undefined) return told(broken);
  if (ended.status === 0 && !finished && !/experiment\.yaml$/.test(file)) {
    // An older checkpoint that nobody needed stays as it is.
    const differ = differences(contentOf(join(folder, 'run')), contentOf(join(work, 'whole/runs/one'))).filter(
      (other) => other !== name || !/epoch-0002/.test(name),
    );
    if (differ.length > 0) return told(`other bytes in ${differ.join(', ')}`);
  }
  return { kind: `${finished ? 'finished' : 'unfinished'} run`, ended: ended.status === 0 ? 'same bytes' : 'refused' };
}
