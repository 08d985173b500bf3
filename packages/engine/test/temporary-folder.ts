import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty folder, removed after the test, with a space and a non-ASCII letter in its name. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign tést-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
