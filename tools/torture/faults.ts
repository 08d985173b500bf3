import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Case, CaseEnded } from './case.ts';
import { inProcess } from './in-process.ts';
import { brokenPromise } from './promise.ts';
import { randomOf } from './random.ts';
import { wrongContent } from './references.ts';
import { argumentsOf, type CommandName, commands } from './workload.ts';
import { injectedErrors, withStop, writeErrors } from './write-stop.ts';

const names = Object.keys(commands) as CommandName[];

/**
 * Lets one write of a command fail, or all from one on; the message must name the cause, and the same bytes must come once the disk is well. All in
 * this process, which must hold no lock of the command that failed.
 */
export async function faultCase({ work, folder, seed, index }: Case): Promise<CaseEnded> {
  const random = randomOf(seed, `fault ${index}`);
  const error = injectedErrors[index % injectedErrors.length] as keyof typeof writeErrors;
  const name = names[Math.floor(index / injectedErrors.length) % names.length] as CommandName;
  const { out, writes } = commands[name];
  cpSync(join(work, 'inputs'), folder, { recursive: true });
  const stop = { under: join(folder, out), at: 1 + random.below(writes), error, always: random.below(2) === 0 };
  const kind = `${error} in ${name}`;
  const broken = (is: string): CaseEnded => ({
    ...{ kind, ended: 'broken' },
    broken: `case ${index} (write ${stop.at}${stop.always ? ' and all after it' : ''}): ${is}`,
  });
  const hit = await withStop(work, index + 1, stop, () => inProcess(argumentsOf(commands[name], folder)));
  const problem = brokenPromise(hit, 120);
  if (problem !== undefined) return broken(problem);
  if (hit.status !== 0 && !writeErrors[error].words.test(hit.err)) return broken(`does not name the cause: ${hit.err.slice(-400)}`);
  const last = hit.status === 0 ? hit : await inProcess(argumentsOf(commands[name], folder));
  const afterwards = brokenPromise(last, 120) ?? (last.status === 0 ? wrongContent(work, name, folder) : `did not go on: ${last.err.slice(-500)}`);
  if (afterwards !== undefined) return broken(afterwards);
  return { kind, ended: hit.status === 0 ? 'not met, same bytes' : 'refused with its cause, then same bytes' };
}
