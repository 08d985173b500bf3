import { join } from 'node:path';
import { readNote, writeNote } from '../files/sealed-note.ts';

/** `rung-0005.json` in the folder of a trial: its figures on the held-out share of the sources after so many epochs. */
function rungFile(folder: string, epoch: number): string {
  return join(folder, `rung-${String(epoch).padStart(4, '0')}.json`);
}

/** Notes the figures by which trials are compared at a rung. */
export function writeRung(folder: string, epoch: number, figures: Readonly<Record<string, number>>): void {
  writeNote(rungFile(folder, epoch), { epoch, figures });
}

/** By metric; undefined where the trial has not come so far, or the note is damaged: the trial is taken up there again. */
export function readRung(folder: string, epoch: number): Readonly<Record<string, number>> | undefined {
  const { epoch: of, figures } = readNote(rungFile(folder, epoch));
  return of === epoch && typeof figures === 'object' && figures !== null ? (figures as Record<string, number>) : undefined;
}
