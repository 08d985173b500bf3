import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from '@gradalign/pixels/files';
import { openSealed, seal } from '../files/sealed-json.ts';
import { writeAtomically } from '../files/write-atomically.ts';

const nameOf = (folder: string) => join(folder, 'diverged.json');

/** Notes in the folder of a trial that its loss or weights stopped being finite: it has come to its end, and is not trained again. */
export function writeDiverged(folder: string, message: string): void {
  writeAtomically(nameOf(folder), `${JSON.stringify(seal({ message }))}\n`);
}

/** Undefined where the trial did not diverge, or its note is damaged: it is trained again then. */
export function readDiverged(folder: string): string | undefined {
  if (!existsSync(nameOf(folder))) return undefined;
  try {
    const { message } = openSealed(JSON.parse(readBounded(nameOf(folder), 2 ** 20).toString()) as { message?: unknown }) ?? {};
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
