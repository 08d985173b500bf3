import { mkdtemp, open, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file that other processes of this user can read by its path. */
export interface AnonymousFile extends AsyncDisposable {
  readonly path: string;
}

/**
 * A file for programs that read only files. Under Linux it has lost its name before anything is written: the system frees it with the last process that has it
 * open, whatever happens to them. Elsewhere it is deleted when it is disposed.
 */
export async function anonymousFile(bytes: Uint8Array): Promise<AnonymousFile> {
  const folder = await mkdtemp(join(tmpdir(), 'gradalign-service-'));
  const named = join(folder, 'media');
  const removed = { recursive: true, force: true } as const;
  const file = await open(named, 'wx+', 0o600).catch(async (error: unknown) => {
    await rm(folder, removed);
    throw error;
  });
  const nameless = process.platform === 'linux';
  const dispose = async () => {
    await file.close();
    await rm(folder, removed);
  };
  try {
    if (nameless) {
      await unlink(named);
      await rm(folder, removed);
    }
    await file.writeFile(bytes);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { path: nameless ? `/proc/${process.pid}/fd/${file.fd}` : named, [Symbol.asyncDispose]: dispose };
}
