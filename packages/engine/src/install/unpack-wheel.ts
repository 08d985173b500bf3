import { dirname, join } from 'node:path';
import { EngineError } from '../contracts/engine-error.ts';
import { makeFolders } from '../files/make-folders.ts';
import type { PinnedWheel } from '../installed/engine-lock.ts';
import type { ManifestFile } from '../installed/file-manifest.ts';
import type { BeginPhase } from './install-progress.ts';
import { extractZipMember, type OpenArchive, readZipDirectory, type ZipMember } from './zip.ts';

/** Unpacks a wheel's pinned members into `folder`, under their paths in the wheel. */
export async function unpackWheel(archive: OpenArchive, wheel: PinnedWheel, folder: string, begin: BeginPhase, signal?: AbortSignal): Promise<ManifestFile[]> {
  const directory = await readZipDirectory(archive);
  const members = wheel.members.flatMap((pattern) => matching(pattern, directory, wheel));
  const report = begin(
    'unpack',
    wheel.file,
    members.reduce((sum, { size }) => sum + size, 0),
  );
  const files: ManifestFile[] = [];
  let done = 0;
  for (const member of members) {
    const target = join(folder, member.name);
    makeFolders(dirname(target));
    const sha256 = await extractZipMember(archive, member, target, signal, (count) => {
      done += count;
      report(done);
    });
    files.push({ name: member.name, size: member.size, sha256 });
  }
  return files;
}

function matching(pattern: string, directory: ReadonlyMap<string, ZipMember>, wheel: PinnedWheel): ZipMember[] {
  const expression = new RegExp(`^${pattern.split('*').map(escapeForRegExp).join('[^/]*')}$`);
  const found = [...directory.values()].filter(({ name }) => expression.test(name) && !name.split('/').includes('..') && !name.startsWith('/'));
  if (found.length === 0) throw new EngineError(`Cannot unpack ${wheel.file}: it has no ${pattern}, expected the wheel of ${wheel.project} ${wheel.version}.`);
  return found;
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.+^${}()|[\]\\?]/g, '\\$&');
}
