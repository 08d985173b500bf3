import type { DatasetNotes, LeftOut, Sample, Split } from '@gradalign/core';
import { videoEnding, whyNotRead } from '@gradalign/core/images';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import { danglingBelow, type FileEntry, type FolderTree, filesBelow } from '../on-disk/folder-tree.ts';
import { frameNumber, isImage, stem } from '../on-disk/image-file.ts';
import { attackSpeciesOf, labelOf, speciesWords, splitOf } from '../on-disk/words.ts';

/** The subject, from the name of a video (or of an image that stands alone). */
export type SubjectRule = (name: string, kind: 'video' | 'image') => string | undefined;

export interface PlainLayout {
  readonly samples: Sample[];
  readonly notes: DatasetNotes;
}

/**
 * Reads `<split>/{live,attack[/<species>]}/<video>/<frame>`. A folder with images is a video, and the folders between it and `attack` are its
 * species (`replay/ipad`). Images directly under `live`, `attack` or a well-known species stand alone. `print`, `replay`, `mask` and `cut-print` may stand
 * where `attack` does, and the label's folder may stand before the split's (`live/train`). Where no folder names a split, all is train. Other files are `unmatched`, and left out where they look like pictures or videos.
 */
export function readPlainLayout(tree: FolderTree, subjectOf: SubjectRule): PlainLayout {
  const reading: Reading = { subjectOf, samples: [], unmatched: [], leftOut: [] };
  const withoutSplits = !tree.folders.some(({ name }) => splitOf(name) !== undefined) && tree.folders.some(({ name }) => isLabel(name));
  const labelFirst = withoutSplits && tree.folders.some(({ name, folders }) => isLabel(name) && folders.some((inner) => splitOf(inner.name) !== undefined));
  if (labelFirst) readLabelFirst(tree, reading);
  else if (withoutSplits) readSplit(tree, 'train', reading);
  else {
    leave(tree.files, 'place', 'it is in no folder train, dev or test', reading);
    for (const folder of tree.folders) {
      const split = splitOf(folder.name);
      if (split) readSplit(folder, split, reading);
      else leave(filesBelow(folder), 'place', `its folder '${folder.name}' is not train, dev or test`, reading);
    }
  }
  const { samples, unmatched, leftOut } = reading;
  samples.sort((a, b) => byCodePoint(a.id, b.id));
  const missing = danglingBelow(tree).sort(byCodePoint);
  const notes: DatasetNotes = {
    unmatched: unmatched.map(({ id }) => id).sort(byCodePoint),
    missing,
    leftOut: [...leftOut, ...missing.map((what): LeftOut => ({ kind: 'missing', what, why: 'it is a link to a file that is not there' }))].sort((a, b) =>
      byCodePoint(a.what, b.what),
    ),
    ...(withoutSplits && !labelFirst && samples.length > 0
      ? { advice: ['no folder names a split (train, dev or test), so all of it is train; to test on it, set data.splits.target: [train]'] }
      : {}),
  };
  return { samples, notes };
}

interface Reading {
  readonly subjectOf: SubjectRule;
  readonly samples: Sample[];
  readonly unmatched: FileEntry[];
  readonly leftOut: LeftOut[];
}

/** What the folders above a file say. */
interface Place {
  readonly split: Split;
  readonly label: 0 | 1;
  /** Names of the folders between the label's folder and this one. */
  readonly path: readonly string[];
}

/** Whether a folder may stand where the label does. */
export function isLabel(folder: string): boolean {
  return labelOf(folder) !== undefined || attackSpeciesOf(folder) !== undefined;
}

/** `live/train/...`, read as `train/live/...`. */
function readLabelFirst(tree: FolderTree, reading: Reading): void {
  leave(tree.files, 'place', 'it is in no folder live or attack', reading);
  for (const label of tree.folders) {
    if (!isLabel(label.name)) {
      leave(filesBelow(label), 'label', `its folder '${label.name}' is neither live nor attack`, reading);
      continue;
    }
    leave(label.files, 'place', 'it is in no folder train, dev or test', reading);
    for (const inner of label.folders) {
      const split = splitOf(inner.name);
      if (split) readSplit({ ...tree, files: [], folders: [{ ...inner, name: label.name }] }, split, reading);
      else leave(filesBelow(inner), 'place', `its folder '${inner.name}' is not train, dev or test`, reading);
    }
  }
}

function readSplit(tree: FolderTree, split: Split, reading: Reading): void {
  leave(tree.files, 'place', 'it is in no folder live or attack', reading);
  for (const folder of tree.folders) {
    const label = labelOf(folder.name);
    const species = attackSpeciesOf(folder.name);
    if (label !== undefined) {
      standAlone(folder, { split, label, path: [] }, reading);
      for (const inner of folder.folders) readBelowLabel(inner, { split, label, path: [] }, reading);
    } else if (species !== undefined) readBelowLabel(folder, { split, label: 0, path: [] }, reading);
    else leave(filesBelow(folder), 'label', `its folder '${folder.name}' is neither live nor attack`, reading);
  }
}

function readBelowLabel(folder: FolderTree, { path, ...place }: Place, reading: Reading): void {
  const known = path.length === 0 && place.label === 0 ? speciesWords.find((word) => word === folder.name.toLowerCase()) : undefined;
  if (known === undefined && folder.files.some(isImage)) {
    readVideo(folder, { ...place, path }, reading);
    for (const inner of folder.folders) leave(filesBelow(inner), 'place', 'it lies below a folder of images, which is a video', reading);
    return;
  }
  const name = known ?? folder.name.normalize('NFC');
  standAlone(folder, { ...place, path: [...path, name] }, reading);
  for (const inner of folder.folders) readBelowLabel(inner, { ...place, path: [...path, name] }, reading);
}

function standAlone(folder: FolderTree, place: Place, reading: Reading): void {
  for (const file of folder.files) {
    if (!isImage(file)) leave([file], 'kind', '', reading);
    else reading.samples.push({ ...sampleOf(file, place), ...present('subject', reading.subjectOf(stem(file.name), 'image')) });
  }
}

function readVideo(folder: FolderTree, place: Place, reading: Reading): void {
  const subject = reading.subjectOf(folder.name.normalize('NFC'), 'video');
  for (const file of folder.files) {
    if (!isImage(file)) leave([file], 'kind', '', reading);
    else reading.samples.push({ ...sampleOf(file, place), video: folder.id, ...present('subject', subject), ...present('frame', frameNumber(file.name)) });
  }
}

/**
 * Files that are not used. Of them pictures and videos are left out: for the reason given, or because of their kind. Videos in a place where no picture is
 * expected are only told.
 */
function leave(files: readonly FileEntry[], kind: 'place' | 'label' | 'kind', why: string, { unmatched, leftOut }: Reading): void {
  for (const file of files) {
    unmatched.push(file);
    const notRead = whyNotRead(file.name);
    if (kind === 'kind' || (kind === 'place' && !videoEnding.test(file.name))) {
      if (notRead !== undefined) leftOut.push({ kind: 'kind', what: file.id, why: notRead });
      else if (isImage(file)) leftOut.push({ kind, what: file.id, why });
    } else if (notRead !== undefined || isImage(file)) leftOut.push({ kind, what: file.id, why });
  }
}

function sampleOf({ id, path: file }: FileEntry, { split, label, path }: Place): Sample {
  const species = label === 0 && path.length > 0 ? path.join('/') : undefined;
  return { id, image: { path: file }, label, split, ...present('species', species) };
}

function present<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}
