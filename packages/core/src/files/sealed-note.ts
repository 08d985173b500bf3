import { readBounded } from '@gradalign/pixels/files';
import { openSealed, seal } from './sealed-json.ts';
import { writeAtomically } from './write-atomically.ts';

/** A few lines at most. */
const maxBytes = 2 ** 20;

/** Writes a small JSON file with a digest of its content. */
export function writeNote(file: string, content: object): void {
  writeAtomically(file, `${JSON.stringify(seal(content))}\n`);
}

/** The content of such a file; nothing where there is none, or where it is damaged: what it says is then found out again. */
export function readNote(file: string): Readonly<Record<string, unknown>> {
  try {
    return openSealed(JSON.parse(readBounded(file, maxBytes).toString()) as object) ?? {};
  } catch {
    return {};
  }
}
