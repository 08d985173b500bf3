import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This package's own folder: the parent of `src` in a clone, of `dist` in the published package. */
export const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

/** Whether this is a clone of the repository, which has the tools and development dependencies that build the published files. */
export const isClone = existsSync(join(packageFolder, 'tools'));

export const requireHere = createRequire(import.meta.url);
