import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines, runCommand } from '../child-processes/run-command.ts';
import type { PinnedWheel } from '../installed/engine-lock.ts';

/** Command of a Python that has pip: PYTHON, python3 or python. */
export async function pythonWithPip(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  for (const python of [env['PYTHON'], 'python3', 'python']) {
    if (!python) continue;
    const { code } = await runCommand(python, ['-m', 'pip', '--version'], { env, timeout: 30_000 });
    if (code === 0) return python;
  }
  return undefined;
}

/**
 * Downloads a wheel into `folder` with pip, using the index, mirror, proxy and certificates that pip is set up for, and
 * returns its path. It is requested by its digest and for the platform in its name, not for the platform of that Python.
 *
 * @throws Error with pip's last lines.
 */
export async function pipDownload(
  python: string,
  wheel: PinnedWheel,
  folder: string,
  signal?: AbortSignal,
  onProgress?: (done: number) => void,
): Promise<string> {
  const [, tag = 'py3', abi = 'none', platforms = 'any'] = /-([^-]+)-([^-]+)-([^-]+)\.whl$/.exec(wheel.file) ?? [];
  const version = /^cp(\d)(\d+)$/.exec(tag);
  const requirements = join(folder, 'requirements.txt');
  const temporary = join(folder, 'pip');
  mkdirSync(temporary);
  writeFileSync(requirements, `${wheel.project}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const args = ['-m', 'pip', 'download', '--quiet', '--no-input', '--disable-pip-version-check', '--no-cache-dir', '--no-deps', '--only-binary=:all:'];
  args.push('--require-hashes', '--implementation', 'cp', '--python-version', version ? `${version[1]}.${version[2]}` : '3.11', '--abi', abi);
  for (const platform of platforms.split('.')) args.push('--platform', platform);
  args.push('--dest', folder, '--requirement', requirements);
  const watch = setInterval(() => onProgress?.(largestFile(temporary)), 200);
  try {
    // pip's temporary files go beside the result: on the same disk, and removed with it
    const env = { ...process.env, TMPDIR: temporary, PIP_REQUIRE_VIRTUALENV: '0' };
    const result = await runCommand(python, args, { env, signal });
    const file = join(folder, wheel.file);
    if (result.code !== 0) throw new Error(lastLines(result));
    if (!existsSync(file)) throw new Error(`it downloaded ${readdirSync(folder).join(', ')}`);
    return file;
  } finally {
    clearInterval(watch);
  }
}

/** Size of what pip is writing, bytes: pip reports no progress outside a terminal. */
function largestFile(folder: string): number {
  let largest = 0;
  try {
    for (const name of readdirSync(folder, { recursive: true }) as string[]) largest = Math.max(largest, statSync(join(folder, name)).size);
  } catch {
    // pip has moved a file in the meantime
  }
  return largest;
}
