import { createHash } from 'node:crypto';
import { appendFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { makeFolders } from '@gradalign/engine/files';
import { readBounded } from '../files/read-bounded.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where this user's runs note the plugins they were trained with: `$XDG_STATE_HOME/gradalign/trained-with.jsonl`, `~/.local/state` by default. */
export function trustStoreFile(env: Environment = process.env): string {
  const state = env['XDG_STATE_HOME'];
  return join(state && isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'gradalign', 'trained-with.jsonl');
}

/**
 * Notes that this user trained with these modules, so that his runs stay usable without `--trust`: their paths and the digest of their content. A module
 * that changes later has to be trusted anew. Modules that are noted already are left out.
 *
 * @throws an error of `node:fs` where the file cannot be written.
 */
export function rememberModules(files: readonly string[], env: Environment = process.env): void {
  const known = readStore(env);
  const lines = files.flatMap((file) => {
    const entry = { file: realpathSync(file), sha256: digest(file) };
    return known.some((other) => other.file === entry.file && other.sha256 === entry.sha256) ? [] : [`${JSON.stringify(entry)}\n`];
  });
  if (lines.length === 0) return;
  const store = trustStoreFile(env);
  makeFolders(dirname(store), 0o700);
  appendFileSync(store, lines.join(''), { mode: 0o600 });
}

/** Whether this user trained with a module: as it is now, or as it was before it changed. */
export function recall(file: string, env: Environment = process.env): 'same' | 'changed' | 'unknown' {
  const path = realpathSync(file);
  const entries = readStore(env).filter((entry) => entry.file === path);
  if (entries.length === 0) return 'unknown';
  const now = digest(file);
  return entries.some(({ sha256 }) => sha256 === now) ? 'same' : 'changed';
}

interface Entry {
  readonly file: string;
  readonly sha256: string;
}

/** A line that cannot be read trusts nothing. */
function readStore(env: Environment): Entry[] {
  let text: string;
  try {
    text = readBounded(trustStoreFile(env), 2 ** 28).toString();
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      const { file, sha256 } = JSON.parse(line) as Entry;
      return typeof file === 'string' && typeof sha256 === 'string' ? [{ file, sha256 }] : [];
    } catch {
      return [];
    }
  });
}

function digest(file: string): string {
  return createHash('sha256')
    .update(readBounded(file, 2 ** 28))
    .digest('hex');
}
