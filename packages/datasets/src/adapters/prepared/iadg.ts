import { cannot, defineDataset, type Rectangle, type Split } from '@gradalign/core';
import { imageEnding } from '@gradalign/core/images';
import type { FaceLandmarks } from '@gradalign/pixels';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import type { FaceDataset } from '../../faces/face-dataset.ts';
import { type FileIndex, indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { Findings } from '../../on-disk/findings.ts';
import type { FileEntry } from '../../on-disk/folder-tree.ts';
import { frameNumber } from '../../on-disk/image-file.ts';
import { readListFile } from '../../on-disk/list-file.ts';
import { filePlaces } from '../../on-disk/locate.ts';
import { oneOf } from '../../on-disk/one-of.ts';
import { splitOf } from '../../on-disk/words.ts';
import { type Frame, frameSamples } from '../../samples/frame-samples.ts';
import { eachOnce, type Found, findListed, type ListEntry } from '../../samples/listed.ts';
import { chooseSets, domainOption } from './choose-sets.ts';

const layout = `<set>_[{train,val,test}_]{real,fake}_list[.txt]: path label x y w h and five points x y, a line an image; label 0 is live
a list without train, val or test in its name is train, as IADG's configurations use it
the images, below the same root, wherever the first parts of their paths were on the machine that made the lists`;

/**
 * Lists of IADG (Zhou et al., CVPR 2023): images with a face box and five landmarks (eyes, nose, corners of the mouth, from left to right in the
 * image). Label 0 is live, 1 fake. IADG crops a square at the box's corner, larger by a margin of 0.7; option margin does the same.
 */
export const iadg = defineDataset({
  name: 'iadg',
  summary: "IADG's lists: path label x y w h and five landmarks a line, 0 is live",
  paper: 'Zhou, Zhang, Yao, Lu, Yi, Ding, Ma: Instance-Aware Domain Generalization for Face Anti-Spoofing, CVPR 2023',
  layout,
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder that holds the lists and the images' }),
      domain: domainOption,
      prefix: Type.Optional(Type.String({ description: 'Removed from the beginning of the paths in lists; default: inferred' })),
      live: oneOf([0, 1], { default: 0, description: 'The label that means live' }),
      margin: Type.Optional(
        Type.Number({ minimum: 0, maximum: 4, description: 'Crop the square that IADG crops, larger than the box by this share of its side (0.7 in IADG)' }),
      ),
    },
    { additionalProperties: false },
  ),
  async create({ root, domain: wanted, prefix, live, margin }, { domain, folder }): Promise<FaceDataset> {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const lists = await findLists(index, live, findings);
    if (lists.length === 0) throw nothingFits(index, domain, layout);
    const sets = chooseSets(new Set(lists.map(({ set }) => set)), { wanted, domain, adapter: 'iadg' });
    const images = filePlaces(index, imageEnding);
    const options = prefix === undefined ? {} : { prefix };
    const frames = sets.flatMap((set) => {
      const found = lists.filter((list) => list.set === set).flatMap(({ entries }) => findListed(entries, images, findings, options));
      return eachOnce(found, findings).map((entry) => frameOf(entry, set, margin));
    });
    if (frames.length === 0) throw cannot(`read data set '${domain}'`, `${index.root} holds none of the images in its lists`, layout);
    const samples = frameSamples(frames, findings, sets.length > 1);
    return { classes: attackOrLive, samples, notes: findings.notes({ polarity: `label ${live} is live, ${1 - live} is fake` }) };
  },
});

interface Entry extends ListEntry {
  readonly label: 0 | 1;
  readonly split: Split;
  readonly box?: Rectangle;
  readonly landmarks?: FaceLandmarks;
}

interface List {
  readonly set: string;
  readonly entries: readonly Entry[];
}

async function findLists(index: FileIndex, live: 0 | 1, findings: Findings): Promise<List[]> {
  const lists: List[] = [];
  for (const file of index.files) {
    if (imageEnding.test(file.id)) continue;
    if (!isList(file)) {
      if (!/^(read[ _-]?me|licen[cs]e)|\.(mdb|npy|yaml)$/i.test(file.name)) findings.unmatched(file.id);
      continue;
    }
    const words = file.name.replace(/\.[^.]*$/, '').split(/[_\W]+/);
    const split = words.map((word) => splitOf(word)).find((one) => one !== undefined) ?? 'train';
    const set = words.filter((word) => !splitOf(word) && !/^(real|fake|live|spoof|attack|pos|neg|list|label|all|images?)?$/i.test(word)).join('_');
    const entries = await readEntries(file, split, live, findings);
    if (entries.length > 0) lists.push({ set, entries });
  }
  return lists;
}

function isList({ name }: FileEntry): boolean {
  return !/^(read[ _-]?me|licen[cs]e|requirements?)/i.test(name) && (/\.(txt|lst|list)$/i.test(name) || /list$/i.test(name));
}

/** How many numbers may follow a path: the label; label and box; label, box and five points. */
const lengths: readonly number[] = [15, 5, 1];

async function readEntries(file: FileEntry, split: Split, live: 0 | 1, findings: Findings): Promise<Entry[]> {
  const wrong: { readonly kind: 'label' | 'entry'; readonly what: string }[] = [];
  const entries = (await readListFile(file)).flatMap(({ line, text }): Entry[] => {
    const words = text.split(/[\s,]+/);
    const numbers = words.slice(1).map(Number);
    const length = lengths.find((n) => numbers.length >= n && numbers.slice(-n).every(Number.isFinite) && [0, 1].includes(numbers.at(-n) ?? -1));
    const own = length === undefined ? [] : numbers.slice(-length);
    const path = words.slice(0, words.length - own.length).join(' ');
    if (length === undefined || !imageEnding.test(path)) {
      wrong.push({ kind: length === undefined ? 'label' : 'entry', what: `line ${line}: ${text.slice(0, 80)}` });
      return [];
    }
    const [label, x = 0, y = 0, width = 0, height = 0, ...points] = own;
    if (length > 1 && !(width > 0 && height > 0)) findings.problem(`${file.id} line ${line}: a box of ${width} x ${height}, not used`);
    return [
      {
        path,
        where: `${file.id} line ${line}`,
        label: label === live ? 1 : 0,
        split,
        ...(width > 0 && height > 0 ? { box: { x, y, width, height } } : {}),
        ...(points.length === 10 ? { landmarks: landmarksOf(points) } : {}),
      },
    ];
  });
  findings.add(wrong.map(({ kind, what }) => ({ kind, what: `${file.id} ${what}`, why: 'it is not path, label 0 or 1, x y w h and five points' })));
  findings.problems(
    wrong.map(({ what }) => what),
    (n) => `${file.id} has ${n} ${n === 1 ? 'line' : 'lines'} that cannot be read, expected path, label 0 or 1, x y w h and five points`,
  );
  return entries;
}

/** The left side of the image is the person's right. */
function landmarksOf(points: readonly number[]): FaceLandmarks {
  const at = (i: number) => ({ x: points[2 * i] ?? 0, y: points[2 * i + 1] ?? 0 });
  return { rightEye: at(0), leftEye: at(1), nose: at(2), mouthRight: at(3), mouthLeft: at(4) };
}

function frameOf({ file, label, split, box, landmarks }: Found<Entry>, set: string, margin: number | undefined): Frame {
  const video = file.id.slice(0, Math.max(0, file.id.lastIndexOf('/')));
  const frame = frameNumber(file.name);
  return {
    file,
    label,
    split,
    set,
    name: video.split('/').slice(-2).join('/'),
    ...(video === '' ? {} : { video }),
    ...(frame === undefined ? {} : { frame }),
    ...(box ? { box: margin === undefined ? box : squareOf(box, margin) } : {}),
    ...(landmarks ? { landmarks } : {}),
  };
}

/** IADG's `_crop_face_from_bbox`: a square of the longer side, starting at the box's corner, extended by half the margin on every side. */
function squareOf({ x, y, width, height }: Rectangle, margin: number): Rectangle {
  const side = Math.max(Math.trunc(width), Math.trunc(height));
  const more = Math.trunc((side * margin) / 2);
  return { x: Math.trunc(x) - more, y: Math.trunc(y) - more, width: side + 2 * more, height: side + 2 * more };
}
