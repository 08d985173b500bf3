import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This package's own folder: the parent of `src` in a clone, of `dist` when built. */
export const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

/** Whether this is a clone, with the tools and development dependencies that make what the published package brings along. */
export const isClone = existsSync(join(packageFolder, 'tools'));

export const requireHere = createRequire(import.meta.url);
