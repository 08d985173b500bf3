import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty folder, with a space and a letter beyond ASCII in its name, removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign tést-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
