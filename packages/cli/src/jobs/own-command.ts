import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Arguments with which node runs this command in a process of its own: from source where this process runs from source. */
export function ownCommand(args: readonly string[]): string[] {
  const bin = fileURLToPath(new URL('../../bin/gradalign.js', import.meta.url));
  if (!import.meta.url.endsWith('.ts')) return [bin, ...args];
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return ['--conditions=@gradalign/source', '--import', tsx, bin, ...args];
}
