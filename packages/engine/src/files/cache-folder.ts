import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Folder that engines are installed in: one per user, shared by all checkouts and installed copies. `GRADALIGN_CACHE`, or
 * `gradalign` in `XDG_CACHE_HOME`, in `~/Library/Caches` on macOS, in `~/.cache` elsewhere.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  if (env['GRADALIGN_CACHE']) return env['GRADALIGN_CACHE'];
  const parent = env['XDG_CACHE_HOME'] || (platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache'));
  return join(parent, 'gradalign');
}
