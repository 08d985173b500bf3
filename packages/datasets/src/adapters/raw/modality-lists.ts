import type { Split } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import type { FileIndex } from '../../on-disk/file-index.ts';
import type { Findings } from '../../on-disk/findings.ts';
import type { FileEntry } from '../../on-disk/folder-tree.ts';
import { imageEnding } from '../../on-disk/image-file.ts';
import { type LabelLine, readLabelList, settlePolarity } from '../../on-disk/label-list.ts';
import { filePlaces, folderPlaces, type Location, locate, type Places } from '../../on-disk/locate.ts';
import { oneOf } from '../../on-disk/one-of.ts';
import { eachOnce } from '../../samples/listed.ts';

export const modalityOption = oneOf(['color', 'depth', 'ir'], {
  default: 'color',
  description: 'Which of the pictures that were taken together',
});

export const listOption = Type.Optional(oneOf([0, 1], { description: 'The label that means live in lists; default: what their paths say, else as published' }));

/** Names that a modality's folder has. */
const folders: Readonly<Record<string, readonly string[]>> = { color: ['color', 'profile'], depth: ['depth'], ir: ['ir'] };

/** Whether a path is of a modality: in a folder called so, or with its name at the end (`007243-color.jpg`). */
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
  /** What a path says: 1 live, 0 attack. */
  readonly told: (path: string) => 0 | 1 | undefined;
  /** The value that means live in a list whose paths do not tell, from one of its lines. */
  readonly otherwise: (line: LabelLine) => 0 | 1;
  readonly findings: Findings;
}

/**
 * The frames that lists of colour, depth and infrared pictures name, of one modality: lines name an image of each, one image, or the folder of a clip
 * (or of its colour pictures).
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
      else findings.problem(`${where}: '${path}' is passed over, ${place.problem}`);
    });
  }
  return { frames: eachOnce(listed, findings), polarity: polarity.join(', ') };
}

/** The images that each path names: itself, or all of a clip. */
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

/** The path of a modality among `color depth ir`, or made from that of the colour picture. */
function pathOf(paths: LabelLine['paths'], modality: string): string {
  const own = paths.find((path) => ofModality(path.replaceAll('\\', '/'), modality));
  return own ?? paths[0].replace(/([/\\])(?:color|profile)(?=[/\\]|$)/i, `$1${modality}`).replace(/-color(?=\.[^.]*$)/i, `-${modality}`);
}

/** A list of clips names their folder, or the folder of the pictures in it. */
function inFolder(path: string, modality: string, clips: Places<readonly FileEntry[]>): string {
  const clean = path.replaceAll('\\', '/').replace(/\/+$/, '');
  const last = clean.slice(clean.lastIndexOf('/') + 1).toLowerCase();
  const names = folders[modality] ?? [];
  if (names.includes(last)) return clean;
  return `${clean}/${names.find((name) => clips.named(name).some((at) => at.toLowerCase().includes(`/${last}/`))) ?? names[0]}`;
}
