import { readFileSync } from 'node:fs';

/** Version of gradalign, whose packages have one number. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}
