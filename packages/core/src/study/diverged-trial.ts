import { join } from 'node:path';
import { readNote, writeNote } from '../files/sealed-note.ts';

const nameOf = (folder: string) => join(folder, 'diverged.json');

/** Notes in the folder of a trial that its loss or weights stopped being finite: it has come to its end, and is not trained again. */
export function writeDiverged(folder: string, message: string): void {
  writeNote(nameOf(folder), { message });
}

/** Undefined where the trial did not diverge, or its note is damaged: it is trained again then. */
export function readDiverged(folder: string): string | undefined {
  const { message } = readNote(nameOf(folder));
  return typeof message === 'string' ? message : undefined;
}
