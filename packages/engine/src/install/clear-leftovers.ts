import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes staging folders from these folders. Only for the holder of the cache's lock: each was left by a process that died. */
export function clearLeftovers(folders: readonly string[], notice: (message: string) => void): void {
  for (const folder of folders) {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (!name.startsWith('.staging-')) continue;
      notice(`Removing ${join(folder, name)}, left by an installation that was stopped.`);
      rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 }); // pip may outlive the process that started it by a moment
    }
  }
}
