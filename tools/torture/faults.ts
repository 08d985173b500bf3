import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { References } from './kills.ts';
import { brokenPromise } from './promise.ts';
import { randomOf } from './random.ts';
import { runCommand } from './run-command.ts';
import type { Tallies } from './tally.ts';
import { commands, contentOf, differences, files } from './workload.ts';

const { ENOSPC, EIO, EDQUOT } = constants.errno;
const errors = { ENOSPC, EIO, EDQUOT } as const;
/** What a message must say of each. */
const words = { ENOSPC: /disk is full/, EIO: /input\/output error/, EDQUOT: /quota/ } as const;

/** Builds the library that makes writes fail; undefined where there is no C compiler or the system has no LD_PRELOAD. */
export function buildFaults(work: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const library = join(work, 'fail-writes.so');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, fileURLToPath(new URL('fail-writes.c', import.meta.url)), '-ldl'], { stdio: 'pipe' });
    return library;
  } catch {
    return undefined;
  }
}

/** Lets one write of a run fail, or all from one on; the message must name the cause, and the run must go on to the same bytes once the disk is well. */
export async function faultCase(work: string, seed: number, index: number, library: string, references: References, tallies: Tallies): Promise<void> {
  const random = randomOf(seed, `fault ${index}`);
  const error = (['ENOSPC', 'EIO', 'EDQUOT'] as const)[index % 3] as keyof typeof errors;
  const name = index % 6 >= 4 ? 'prepare' : 'train';
  const { first, again, out } = commands[name];
  const folder = join(work, `fault-${index}`);
  cpSync(join(work, 'inputs'), folder, { recursive: true });
  const at = 1 + random.below(name === 'train' ? 110 : 40);
  const env = {
    LD_PRELOAD: library,
    FAIL_UNDER: join(folder, out),
    FAIL_AT: String(at),
    FAIL_ERRNO: String(errors[error]),
    ...(random.below(2) === 0 ? { FAIL_ALWAYS: '1' } : {}),
  };
  const judge = async (): Promise<{ ended: string; broken?: string }> => {
    const hit = await runCommand(folder, first, { env });
    const broken = brokenPromise(hit, 120);
    if (broken !== undefined) return { ended: 'broken', broken };
    if (hit.status !== 0 && !words[error].test(hit.err)) return { ended: 'broken', broken: `does not name the cause: ${hit.err.slice(-400)}` };
    const started = files(join(folder, out)).some((path) => path.endsWith('experiment.yaml')) || name !== 'train';
    const last = hit.status === 0 ? hit : await runCommand(folder, started ? again : first);
    const afterwards = brokenPromise(last, 120) ?? (last.status === 0 ? undefined : `did not go on: ${last.err.slice(-500)}`);
    if (afterwards !== undefined) return { ended: 'broken', broken: afterwards };
    const differ = differences(contentOf(join(folder, out)), references[name]);
    if (differ.length > 0) return { ended: 'broken', broken: `other bytes in ${differ.join(', ')}` };
    return { ended: hit.status === 0 ? 'not met, same bytes' : 'refused with its cause, then same bytes' };
  };
  const { ended, broken } = await judge();
  tallies.count('fault', `${error} in ${name}`, ended, broken && `case ${index} (write ${at}${env.FAIL_ALWAYS ? ' and all after it' : ''}): ${broken}`);
  if (broken === undefined) rmSync(folder, { recursive: true });
}
