import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where engines live: one folder per user, shared by every checkout and every installed copy.
 * `GRADALIGN_CACHE` names it outright; otherwise `gradalign` within `XDG_CACHE_HOME`, within `~/Library/Caches` on
 * macOS, or within `~/.cache`.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  if (env['GRADALIGN_CACHE']) return env['GRADALIGN_CACHE'];
  const parent = env['XDG_CACHE_HOME'] || (platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache'));
  return join(parent, 'gradalign');
}
