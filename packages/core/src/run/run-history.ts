import { appendFileSync, existsSync } from 'node:fs';
import { describeWriteError } from '@gradalign/engine/files';
import { readBounded } from '@gradalign/pixels/files';
import { cannot } from '../contracts/errors.ts';
import type { ExtensionRecord } from './describe-extension.ts';

const maxBytes = 2 ** 26;

/** One line of a run's `history.jsonl`: a part of the run that was computed in one go. */
export interface HistoryEntry {
  /** Epochs and steps that were done when it began. */
  readonly from: { readonly epoch: number; readonly step: number };
  /** What was changed from the part before: `train.epochs is 100 and was 50`. */
  readonly changed: readonly string[];
  /** What continuing with more epochs equals. */
  readonly extended?: ExtensionRecord;
  /** Where it ran: as in `environment.json`. */
  readonly environment: Readonly<Record<string, unknown>>;
}

/** Adds a line to the history of a run. */
export function addToHistory(file: string, entry: HistoryEntry): void {
  try {
    // A line that a kill or a full disk cut off stays a line of its own.
    const cut = existsSync(file) && !readBounded(file, maxBytes).toString().endsWith('\n') ? '\n' : '';
    appendFileSync(file, `${cut}${JSON.stringify(entry)}\n`);
  } catch (cause) {
    throw cannot(`write ${file}`, describeWriteError(cause), 'room on the disk and permission to write', { cause });
  }
}

/** The times that a run was given more epochs, from its history. Lines that cannot be read are skipped. */
export function extensionsIn(file: string): readonly ExtensionRecord[] {
  if (!existsSync(file)) return [];
  return readBounded(file, maxBytes)
    .toString()
    .split('\n')
    .flatMap((line) => {
      try {
        return (JSON.parse(line) as HistoryEntry).extended ?? [];
      } catch {
        return [];
      }
    });
}
