import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from './file-manifest.ts';

/** What a file was when its content was checked. Writing to a file changes its ctime, which nobody can set back. */
type Checked = Readonly<Record<string, string>>;

const checkedName = 'checked.json';

/**
 * Describes the first native module or library of an installed folder whose content is not what was installed. Reads every byte the first time (half a
 * second for TensorFlow), and later only what has changed since by device, inode, size, mtime or ctime: about a millisecond.
 */
export function contentProblem(folder: string): string | undefined {
  const files = (readManifest(folder)?.files ?? []).filter(({ name }) => /\.(node|dylib|so(\.\d+)*)$/.test(name));
  const before = readChecked(folder);
  const now: Record<string, string> = {};
  for (const { name, sha256 } of files) {
    let found: { readonly identity: string; readonly sha256?: string };
    try {
      found = digest(join(folder, name), before[name], sha256);
    } catch (error) {
      return `${name} cannot be read (${(error as Error).message})`;
    }
    if (found.sha256 !== undefined && found.sha256 !== sha256) return `${name} has another content than was installed`;
    now[name] = `${found.identity} ${sha256}`;
  }
  if (JSON.stringify(now) !== JSON.stringify(before)) remember(folder, now);
  return undefined;
}

/** Identity and content through one descriptor; the content only if the identity is not the one that was checked. */
function digest(file: string, before: string | undefined, wanted: string): { readonly identity: string; readonly sha256?: string } {
  const descriptor = openSync(file, 'r');
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = fstatSync(descriptor, { bigint: true });
    const identity = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    if (before === `${identity} ${wanted}`) return { identity };
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(1 << 22);
    for (;;) {
      const count = readSync(descriptor, chunk);
      if (count === 0) return { identity, sha256: hash.digest('hex') };
      hash.update(chunk.subarray(0, count));
    }
  } finally {
    closeSync(descriptor);
  }
}

function readChecked(folder: string): Checked {
  try {
    const checked: unknown = JSON.parse(readFileSync(join(folder, checkedName), 'utf8'));
    return typeof checked === 'object' && checked !== null ? (checked as Checked) : {};
  } catch {
    return {};
  }
}

function remember(folder: string, checked: Checked): void {
  const temporary = join(folder, `${checkedName}.${process.pid}`);
  try {
    writeFileSync(temporary, `${JSON.stringify(checked, undefined, 1)}\n`);
    renameSync(temporary, join(folder, checkedName));
  } catch {
    // a cache that cannot be written to is checked anew each time
    try {
      rmSync(temporary, { force: true });
    } catch {
      // it was never there
    }
  }
}
