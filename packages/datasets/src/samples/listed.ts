import type { Split } from '@gradalign/core';
import type { Findings } from '../on-disk/findings.ts';
import type { FileEntry } from '../on-disk/folder-tree.ts';
import { type LocateOptions, locate, type Places } from '../on-disk/locate.ts';

/** One entry of a list, as it is written. */
export interface ListEntry {
  readonly path: string;
  /** `casia_real_train.txt line 3`. */
  readonly where: string;
}

/** An entry whose file exists. */
export type Found<E> = E & { readonly file: FileEntry };

/** Finds the files of entries; reports missing and unusable ones. */
export function findListed<E extends ListEntry>(entries: readonly E[], there: Places<FileEntry>, findings: Findings, options?: LocateOptions): Found<E>[] {
  const places = locate(
    there,
    entries.map(({ path }) => path),
    options,
  );
  const found: Found<E>[] = [];
  const impossible = new Map<string, string[]>();
  places.forEach((place, i) => {
    const entry = entries[i] as E;
    if (place.at !== undefined) found.push({ ...entry, file: place.at });
    else if ('missing' in place) findings.missing(place.missing);
    else impossible.set(place.problem, [...(impossible.get(place.problem) ?? []), `${entry.path} (${entry.where})`]);
  });
  for (const [why, those] of impossible) findings.leaveOutAll('entry', those, why, (n) => `${n} ${n === 1 ? 'entry is' : 'entries are'} skipped: ${why}`);
  return found;
}

interface Labeled extends ListEntry {
  readonly file: FileEntry;
  readonly label: 0 | 1;
  readonly split: Split;
}

/**
 * Each file once. A repeated entry changes nothing; a file in the lists of two splits stays in the first; one listed both as
 * live and as attack is left out, since nobody can tell which is right. All of this is reported.
 */
export function eachOnce<E extends Labeled>(entries: readonly E[], findings: Findings): E[] {
  const first = new Map<string, E>();
  const again: string[] = [];
  const bothSplits: string[] = [];
  const bothLabels = new Map<string, string>();
  for (const entry of entries) {
    const { file, label, split, where } = entry;
    const before = first.get(file.id);
    if (!before) first.set(file.id, entry);
    else if (before.label !== label) bothLabels.set(file.id, `${file.id} (${before.where}, ${where})`);
    else if (before.split !== split) bothSplits.push(`${file.id} (${before.where}, ${where})`);
    else again.push(`${file.id} (${where})`);
  }
  findings.problems(again, (n) => `${n} ${n === 1 ? 'entry is' : 'entries are'} listed twice`);
  findings.problems(bothSplits, (n) => `${n} ${n === 1 ? 'image is' : 'images are'} in the lists of two splits, assigned to the first`);
  findings.leaveOutAll(
    'label',
    [...bothLabels.values()],
    'it is listed both as live and as attack',
    (n) => `${n} ${n === 1 ? 'image is' : 'images are'} listed both as live and as attack, left out`,
  );
  return [...first.values()].filter(({ file }) => !bothLabels.has(file.id));
}
