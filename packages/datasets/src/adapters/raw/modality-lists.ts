import type { Split } from '@gradalign/core';
import { imageEnding } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';
import type { FileIndex } from '../../on-disk/file-index.ts';
import type { Findings } from '../../on-disk/findings.ts';
import type { FileEntry } from '../../on-disk/folder-tree.ts';
import { type LabelLine, readLabelList, settlePolarity } from '../../on-disk/label-list.ts';
import { filePlaces, folderPlaces, type Location, locate, type Places } from '../../on-disk/locate.ts';
import { oneOf } from '../../on-disk/one-of.ts';
import { eachOnce } from '../../samples/listed.ts';

export const modalityOption = oneOf(['color', 'depth', 'ir'], {
  default: 'color',
  description: 'Which of the images taken together',
});

export const listOption = Type.Optional(
  oneOf([0, 1], { description: 'The label that means live in the lists; default: what their paths imply, else as published' }),
);

/** Folder names of each modality. */
const folders: Readonly<Record<string, readonly string[]>> = { color: ['color', 'profile'], depth: ['depth'], ir: ['ir'] };

/** Whether a path belongs to a modality: in a folder of that name, or with the name at its end (`007243-color.jpg`). */
export function ofModality(path: string, modality: string): boolean {
  const names = folders[modality] ?? [];
  const parts = path.toLowerCase().split('/');
  return names.some((name) => parts.slice(0, -1).includes(name) || new RegExp(`-${name}\\.[^.]*$`, 'i').test(path));
}

export interface ListedFrame {
  readonly file: FileEntry;
  readonly label: 0 | 1;
  readonly split: Split;
}

export interface ModalityLists {
  readonly index: FileIndex;
  readonly lists: readonly { readonly file: FileEntry; readonly split: Split }[];
  readonly modality: string;
  /** Option live. */
  readonly live: 0 | 1 | undefined;
  /** The label that a path implies: 1 live, 0 attack. */
  readonly told: (path: string) => 0 | 1 | undefined;
  /** The value that means live in a list whose paths imply no label, from one of its lines. */
  readonly otherwise: (line: LabelLine) => 0 | 1;
  readonly findings: Findings;
}

/**
 * The frames of one modality in lists of color, depth and infrared images: lines name an image of each, one image, or the folder of a clip
 * (or of its color images).
 */
export async function readModalityLists({
  index,
  lists,
  modality,
  live,
  told,
  otherwise,
  findings,
}: ModalityLists): Promise<{ frames: ListedFrame[]; polarity: string }> {
  const files = { files: index.files.filter(({ id }) => ofModality(id, modality)) };
  const images = filePlaces(files, imageEnding);
  const clips = folderPlaces(files, imageEnding);
  const listed: (ListedFrame & { path: string; where: string })[] = [];
  const polarity: string[] = [];
  for (const { file, split } of lists) {
    const all = await readLabelList(file, findings);
    const [first] = all;
    if (!first) continue;
    const settled = live === undefined ? settlePolarity(all, ({ paths: [path] }) => told(path), otherwise(first), findings) : { live, lines: all };
    polarity.push(`${settled.live} is live in ${file.name}`);
    const wanted = settled.lines.map(({ paths }) => pathOf(paths, modality));
    const found = locateBoth(images, clips, wanted, modality);
    settled.lines.forEach(({ where, value }, i) => {
      const path = wanted[i] as string;
      const place = found[i] as Location<readonly FileEntry[]>;
      if (place.at !== undefined) for (const one of place.at) listed.push({ file: one, label: value === settled.live ? 1 : 0, split, path, where });
      else if ('missing' in place) findings.missing(path);
      else findings.leaveOut('entry', where, `'${path}' is skipped: ${place.problem}`);
    });
  }
  return { frames: eachOnce(listed, findings), polarity: polarity.join(', ') };
}

/** The images that each path names: one, or all of a clip. */
function locateBoth(
  images: Places<FileEntry>,
  clips: Places<readonly FileEntry[]>,
  paths: readonly string[],
  modality: string,
): Location<readonly FileEntry[]>[] {
  const single = paths.filter((path) => imageEnding.test(path));
  const whole = paths.filter((path) => !imageEnding.test(path));
  const ofSingle = locate(images, single).map((place) => (place.at === undefined ? place : { at: [place.at], path: place.path }));
  const ofWhole = locate(
    clips,
    whole.map((path) => inFolder(path, modality, clips)),
  );
  let [s, w] = [0, 0];
  return paths.map((path) => (imageEnding.test(path) ? ofSingle[s++] : ofWhole[w++]) as Location<readonly FileEntry[]>);
}

/** The path of a modality among `color depth ir`, or derived from that of the color image. */
function pathOf(paths: LabelLine['paths'], modality: string): string {
  const own = paths.find((path) => ofModality(path.replaceAll('\\', '/'), modality));
  return own ?? paths[0].replace(/([/\\])(?:color|profile)(?=[/\\]|$)/i, `$1${modality}`).replace(/-color(?=\.[^.]*$)/i, `-${modality}`);
}

/** Lists of clips name the clip's folder, or the folder of the images in it. */
function inFolder(path: string, modality: string, clips: Places<readonly FileEntry[]>): string {
  const clean = path.replaceAll('\\', '/').replace(/\/+$/, '');
  const last = clean.slice(clean.lastIndexOf('/') + 1).toLowerCase();
  const names = folders[modality] ?? [];
  if (names.includes(last)) return clean;
  return `${clean}/${names.find((name) => clips.named(name).some((at) => at.toLowerCase().includes(`/${last}/`))) ?? names[0]}`;
}
