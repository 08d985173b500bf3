import { cannot, defineDataset, type Split } from '@gradalign/core';
import { imageEnding } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { type FileIndex, indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { Findings } from '../../on-disk/findings.ts';
import type { FileEntry } from '../../on-disk/folder-tree.ts';
import { frameNumber } from '../../on-disk/image-file.ts';
import { readListFile } from '../../on-disk/list-file.ts';
import { filePlaces, type Places } from '../../on-disk/locate.ts';
import { oneOf } from '../../on-disk/one-of.ts';
import { splitOf } from '../../on-disk/words.ts';
import { type Frame, frameSamples } from '../../samples/frame-samples.ts';
import { eachOnce, type Found, findListed, type ListEntry } from '../../samples/listed.ts';
import { chooseSets, domainOption } from './choose-sets.ts';

const layout = `txt/<set>_{real,fake}_{train,test}.txt: <set>/{train,test}/{real,fake}/<video>_frame0.png, one a line
frame/<set>/{train,test}/{real,fake}/<video>_frame{0,1}.png, aligned
sets are casia, msu, replay, oulu and celeb, or cefa, surf and wmca with <video>_00.jpg to <video>_09.jpg`;

/**
 * Lists of FLIP (Srivatsan, Naseer, Nandakumar, ICCV 2023), made by few-shot FAS (Huang et al., ECCV 2022). Live images are those in the `real` lists.
 * A line of a test list stands for both frames of its clip. The published lists have all clips of a set in train and in test, since sets change
 * roles; then the split is that of the folder, and option lists selects one list. The `shot` lists are subsets of the others.
 */
export const flipLists = defineDataset({
  name: 'flip',
  summary: "FLIP's text lists: <set>_{real,fake}_{train,test}.txt naming <video>_frame{0,1}.png",
  paper: 'Srivatsan, Naseer, Nandakumar: FLIP: Cross-domain Face Anti-spoofing with Language Guidance, ICCV 2023',
  layout,
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder that holds the lists and the images' }),
      domain: domainOption,
      lists: oneOf(['both', 'train', 'test'], {
        default: 'both',
        description: 'Which lists: train for a source, test for the target',
      }),
      prefix: Type.Optional(Type.String({ description: 'Removed from the beginning of the paths in lists; default: inferred' })),
    },
    { additionalProperties: false },
  ),
  async create({ root, domain: wanted, lists: which, prefix }, { domain, folder }) {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const all = findLists(index);
    const lists = all.filter(({ split }) => which === 'both' || which === split);
    if (lists.length === 0) throw nothingFits(index, domain, layout);
    const sets = chooseSets(new Set(lists.map(({ set }) => set)), { wanted, domain, adapter: 'flip' });
    const images = filePlaces(index, imageEnding);
    const found: Listed[] = [];
    for (const list of lists.filter(({ set }) => sets.includes(set))) {
      const entries = (await readListFile(list.file)).map(({ line, text }) => ({ path: text, where: `${list.file.id} line ${line}` }));
      const hints = [list.set, list.split, list.label === 1 ? 'real' : 'fake'];
      const those = findListed(entries, images, findings, { hints, ...(prefix === undefined ? {} : { prefix }) });
      found.push(...(list.split === 'test' ? withSecondFrames(those, images) : those).map((entry) => ({ ...entry, ...list, file: entry.file })));
    }
    const frames = eachOnce(bySplitOfFolder(found, findings), findings).map(frameOf);
    if (frames.length === 0) throw cannot(`read data set '${domain}'`, `${index.root} holds none of the images in its lists`, layout);
    for (const { id } of index.files) if (!imageEnding.test(id) && !known.test(id)) findings.unmatched(id);
    const samples = frameSamples(frames, findings, sets.length > 1);
    return { classes: attackOrLive, samples, notes: findings.notes({ polarity: 'live: named by the real lists; attack: named by the fake lists' }) };
  },
});

const listName = /(?:^|\/)([^/]+)_(real|fake)_(train|test|shot)\.txt$/i;
const known = /(_(real|fake)_(train|test|shot)\.txt|read[ _-]?me[^/]*)$/i;

interface List {
  readonly file: FileEntry;
  readonly set: string;
  readonly label: 0 | 1;
  readonly split: Split;
}

type Listed = Found<ListEntry> & Omit<List, 'file'>;

function findLists({ files }: FileIndex): List[] {
  return files.flatMap((file) => {
    const [, set, kind, part] = listName.exec(file.id) ?? [];
    const split = splitOf(part ?? '');
    return set === undefined || !split ? [] : [{ file, set, label: kind?.toLowerCase() === 'real' ? 1 : 0, split } as const];
  });
}

/** FLIP also tests on frame 1 of each clip, but lists only frame 0. */
function withSecondFrames(entries: readonly Found<ListEntry>[], images: Places<FileEntry>): Found<ListEntry>[] {
  const named = new Set(entries.map(({ file }) => file.id));
  return entries.flatMap((entry) => {
    const id = entry.file.id.replace(/_frame0(\.[^.]*)$/i, '_frame1$1');
    const second = named.has(id) ? undefined : images.get(id);
    return second ? [entry, { ...entry, file: second.at }] : [entry];
  });
}

/** Images in both train and test lists are used once, in the split of their folder. */
function bySplitOfFolder(entries: readonly Listed[], findings: Findings): Listed[] {
  const splits = new Map<string, Set<Split>>();
  for (const { file, split } of entries) splits.set(file.id, (splits.get(file.id) ?? new Set()).add(split));
  const twice = new Set<string>();
  const once = entries.flatMap((entry): Listed[] => {
    const own = releaseOf(entry.file.id);
    if (splits.get(entry.file.id)?.size !== 2 || !own) return [entry];
    twice.add(entry.file.id);
    return entry.split === own ? [entry] : [];
  });
  findings.problems(
    [...twice],
    (n) => `${n} ${n === 1 ? 'image is' : 'images are'} in both train and test lists, assigned to the split of their folder (option lists selects one list)`,
  );
  return once;
}

function releaseOf(id: string): Split | undefined {
  return id
    .split('/')
    .slice(0, -1)
    .map((part) => splitOf(part))
    .findLast((split) => split !== undefined);
}

/** Frame names: the number after `_frame`, after the modality (CASIA-SURF), or in two digits after the clip's name (CeFA and WMCA). */
const frameNames: readonly RegExp[] = [
  /^(.+)_frame\d+$/i,
  /^(.+\.rssdk)_(?:color|depth|ir)_\d+$/i,
  /^([1-3]_\d{3}_\d_\d_\d)_\d{2}$/,
  /^((?:\d{2}\.\d{2}\.\d{2}_)?\d{3}_\d{2}_\d{3}_\d_\d{2})_\d{2}$/,
];

function frameOf({ file, label, split, set }: Listed): Frame {
  const stem = file.name.normalize('NFC').replace(/\.[^.]*$/, '');
  const clip = frameNames.map((pattern) => pattern.exec(stem)?.[1]).find((name) => name !== undefined);
  const frame = clip === undefined ? undefined : frameNumber(file.name);
  const release = releaseOf(file.id);
  return {
    file,
    label,
    split,
    set,
    name: clip ?? stem,
    ...(release ? { release } : {}),
    ...(clip === undefined ? {} : { video: file.id.slice(0, file.id.length - file.name.normalize('NFC').length) + clip }),
    ...(frame === undefined ? {} : { frame }),
  };
}
