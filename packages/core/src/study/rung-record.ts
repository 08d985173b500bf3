import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from '@gradalign/pixels/files';
import { openSealed, seal } from '../files/sealed-json.ts';
import { writeAtomically } from '../files/write-atomically.ts';

/** `rung-0005.json` in the folder of a trial: its figures on the held-out share of the sources after so many epochs. */
function rungFile(folder: string, epoch: number): string {
  return join(folder, `rung-${String(epoch).padStart(4, '0')}.json`);
}

/** Notes the figures by which trials are compared at a rung. */
export function writeRung(folder: string, epoch: number, figures: Readonly<Record<string, number>>): void {
  writeAtomically(rungFile(folder, epoch), `${JSON.stringify(seal({ epoch, figures }))}\n`);
}

/** By metric; undefined where the trial has not come so far, or the note is damaged: the trial is taken up there again. */
export function readRung(folder: string, epoch: number): Readonly<Record<string, number>> | undefined {
  const file = rungFile(folder, epoch);
  if (!existsSync(file)) return undefined;
  try {
    const { epoch: of, figures } = openSealed(JSON.parse(readBounded(file, 2 ** 20).toString()) as { epoch?: unknown; figures?: unknown }) ?? {};
    return of === epoch && typeof figures === 'object' && figures !== null ? (figures as Record<string, number>) : undefined;
  } catch {
    return undefined;
  }
}
