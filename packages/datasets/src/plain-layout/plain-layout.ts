import type { DatasetNotes, Sample, Split } from '@gradalign/core';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import { danglingBelow, type FileEntry, type FolderTree, filesBelow } from '../on-disk/folder-tree.ts';
import { frameNumber, isImage, stem } from '../on-disk/image-file.ts';
import { labelOf, speciesWords, splitOf } from '../on-disk/words.ts';

/** The subject, from the name of a video (or of an image that stands alone). */
export type SubjectRule = (name: string, kind: 'video' | 'image') => string | undefined;

export interface PlainLayout {
  readonly samples: Sample[];
  readonly notes: DatasetNotes;
}

/**
 * Reads `<split>/{live,attack[/<species>]}/<video>/<frame>`. A folder with images is a video, and the folders between it and `attack` are its
 * species (`replay/ipad`). Images directly under `live`, `attack` or a well-known species stand alone. Other files are `unmatched`.
 */
export function readPlainLayout(tree: FolderTree, subjectOf: SubjectRule): PlainLayout {
  const samples: Sample[] = [];
  const unmatched: FileEntry[] = [...tree.files];
  for (const splitFolder of tree.folders) {
    const split = splitOf(splitFolder.name);
    if (!split) {
      unmatched.push(...filesBelow(splitFolder));
      continue;
    }
    unmatched.push(...splitFolder.files);
    for (const folder of splitFolder.folders) {
      const label = labelOf(folder.name);
      if (label === undefined) unmatched.push(...filesBelow(folder));
      else readLabel(folder, { split, label, subjectOf, samples, unmatched });
    }
  }
  samples.sort((a, b) => byCodePoint(a.id, b.id));
  const notes = { unmatched: unmatched.map(({ id }) => id).sort(byCodePoint), missing: danglingBelow(tree).sort(byCodePoint) };
  return { samples, notes };
}

interface Reading {
  readonly split: Split;
  readonly label: 0 | 1;
  readonly subjectOf: SubjectRule;
  readonly samples: Sample[];
  readonly unmatched: FileEntry[];
}

function readLabel(folder: FolderTree, reading: Reading): void {
  standAlone(folder, undefined, reading);
  for (const inner of folder.folders) readBelowLabel(inner, [], reading);
}

/** `path`: names of the folders between the label's folder and this one. */
function readBelowLabel(folder: FolderTree, path: readonly string[], reading: Reading): void {
  const known = path.length === 0 && reading.label === 0 ? speciesWords.find((word) => word === folder.name.toLowerCase()) : undefined;
  if (known === undefined && folder.files.some(isImage)) {
    readVideo(folder, path, reading);
    for (const inner of folder.folders) reading.unmatched.push(...filesBelow(inner));
    return;
  }
  const name = known ?? folder.name.normalize('NFC');
  standAlone(folder, [...path, name], reading);
  for (const inner of folder.folders) readBelowLabel(inner, [...path, name], reading);
}

function standAlone(folder: FolderTree, path: readonly string[] | undefined, reading: Reading): void {
  for (const file of folder.files) {
    if (!isImage(file)) reading.unmatched.push(file);
    else reading.samples.push({ ...sampleOf(file, path ?? [], reading), ...present('subject', reading.subjectOf(stem(file.name), 'image')) });
  }
}

function readVideo(folder: FolderTree, path: readonly string[], reading: Reading): void {
  const subject = reading.subjectOf(folder.name.normalize('NFC'), 'video');
  for (const file of folder.files) {
    if (!isImage(file)) reading.unmatched.push(file);
    else
      reading.samples.push({ ...sampleOf(file, path, reading), video: folder.id, ...present('subject', subject), ...present('frame', frameNumber(file.name)) });
  }
}

function sampleOf({ id, path: file }: FileEntry, path: readonly string[], { split, label }: Reading): Sample {
  const species = label === 0 && path.length > 0 ? path.join('/') : undefined;
  return { id, image: { path: file }, label, split, ...present('species', species) };
}

function present<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}
