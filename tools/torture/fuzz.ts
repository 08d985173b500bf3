import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Case, CaseEnded } from './case.ts';
import { mediaReaders } from './media-readers.ts';
import { type Random, randomOf } from './random.ts';
import { type Reader, readers, writeDamaged } from './readers.ts';
import { weightReaders } from './weight-readers.ts';

const all: Readonly<Record<string, Reader>> = { ...readers, ...weightReaders, ...mediaReaders };

/** Names of the readers; a case is of reader `index % length`. */
export const readerNames: readonly string[] = Object.keys(all);
/** Errors for users. Names, not classes: the error may come from another copy of a package. */
const refusals = ['UserError', 'ConfigurationError', 'DivergedError', 'ScoreFileError'];
/** What JavaScript says of a mistake in our code, which a refusal must not repeat. */
const engineWords =
  /Cannot (read propert|set propert|convert undefined|destructure)|is not (a function|iterable|a constructor)|Maximum call stack|Invalid (array|typed array|string) length/;
const kept = new Map<string, readonly Uint8Array[]>();

/** Hands one changed file to a reader. */
export async function fuzzCase({ work, folder, seed, index }: Case): Promise<CaseEnded> {
  const kind = readerNames[index % readerNames.length] as string;
  const reader = all[kind] as Reader;
  const random: Random = randomOf(seed, `fuzz ${index}`);
  const file = join(folder, reader.file);
  if (!kept.has(kind)) await checkWhole(kind, reader, file, { work, folder });
  const original = random.pick(kept.get(kind) as readonly Uint8Array[]);
  const before = process.memoryUsage.rss();
  writeDamaged(reader, file, original, random);
  const broken = (is: string): CaseEnded => ({ kind, ended: 'broken', broken: `case ${index}: ${is}` });
  try {
    const right = await reader.read(file, { work, folder, original });
    if (right === false) return broken('read as something else');
  } catch (error) {
    const { name, message } = error as Error;
    if (!refusals.includes(name)) return broken(`${name}: ${message.slice(0, 300)}`);
    if (engineWords.test(message)) return broken(`refused in the words of JavaScript: ${message.slice(0, 300)}`);
    if (message.trim() === '') return broken('refused without a word');
    return { kind, ended: 'refused' };
  }
  const grown = process.memoryUsage.rss() - before;
  return grown > 1e9 ? broken(`took ${(grown / 1e9).toFixed(1)} GB`) : { kind, ended: 'read' };
}

/** A reader that refuses what is whole would prove nothing. */
async function checkWhole(kind: string, reader: Reader, file: string, place: { readonly work: string; readonly folder: string }): Promise<void> {
  const originals = await reader.originals(place.work);
  mkdirSync(dirname(file), { recursive: true });
  for (const original of originals) {
    writeFileSync(file, original);
    await reader.read(file, { ...place, original });
  }
  kept.set(kind, originals);
}
