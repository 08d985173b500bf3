import { cannot, defineDataset, type Sample, type Split, suggestion } from '@gradalign/core';
import { imageEnding } from '@gradalign/core/images';
import type { FaceAnnotation } from '@gradalign/pixels';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import type { FaceDataset } from '../../faces/face-dataset.ts';
import { byCodePoint } from '../../on-disk/code-point-order.ts';
import { type FileIndex, indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { Findings } from '../../on-disk/findings.ts';
import type { FileEntry } from '../../on-disk/folder-tree.ts';
import { filePlaces } from '../../on-disk/locate.ts';
import { readAnnotation, readText } from '../../on-disk/read-text.ts';
import { labelOf, splitOf } from '../../on-disk/words.ts';
import { eachOnce, type Found, findListed, type ListEntry } from '../../samples/listed.ts';

const layout = `Data/{train,test}/<person>/{live,spoof}/000184.{jpg,png}
beside each image 000184_BB.txt: x y w h score, in a picture of 224 x 224
metas/intra_test/{train,test}_label.json: { "Data/train/1/live/000184.jpg": [44 numbers] }; protocol1 and protocol2 likewise`;

/**
 * CelebA-Spoof (Zhang et al., ECCV 2020): 625,537 single images of 10,177 people. The lists decide what is live (number 43 is 0), not the folders:
 * some images in `live` folders are labeled as attacks. Listing the samples opens no image.
 */
export const celebaSpoof = defineDataset({
  name: 'celeba-spoof',
  summary: 'CelebA-Spoof: 625,537 images of 10,177 people; print, masks and replay; lists metas/<protocol>/{train,test}_label.json',
  paper: 'Zhang, Yin, Li, Yin, Yan, Shao, Liu: CelebA-Spoof: Large-Scale Face Anti-Spoofing Dataset with Rich Annotations, ECCV 2020',
  layout,
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder that holds Data and metas' }),
      protocol: Type.String({ default: 'intra_test', description: 'Folder below metas: intra_test, protocol1, protocol2/<part>' }),
    },
    { additionalProperties: false },
  ),
  async create({ root, protocol }, { domain, folder }): Promise<FaceDataset> {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const images = index.files.filter(({ id }) => imageEnding.test(id));
    const lists = findLists(index, protocol, domain);
    const entries = (await Promise.all(lists.map((list) => readList(list, findings)))).flat();
    const found = lists.length > 0 ? findListed(entries, filePlaces({ files: images }, imageEnding), findings) : byFolder(images, findings);
    const chosen = eachOnce(found, findings);
    if (chosen.length === 0) throw nothingFits(index, domain, layout);
    reportImages(images, chosen, findings);
    for (const { id } of index.files) if (!imageEnding.test(id) && !known.test(id)) findings.unmatched(id);
    let boxes: Map<string, FileEntry> | undefined;
    return {
      classes: attackOrLive,
      samples: chosen.map(sampleOf).sort((a, b) => byCodePoint(a.id, b.id)),
      notes: findings.notes({
        polarity: lists.length > 0 ? 'number 43 of a label is 0 for live, 1 for attack' : 'live: in folder live; attack: in folder spoof',
        official: { all: { images: 625_537 } },
      }),
      faces: ({ id }) => {
        boxes ??= new Map(index.files.filter((file) => boxEnding.test(file.id)).map((file) => [file.id.replace(boxEnding, '').toLowerCase(), file]));
        return readBox(boxes.get(id.replace(/\.[^./]*$/, '').toLowerCase()));
      },
    };
  },
});

const boxEnding = /_BB\.txt$/i;
const known = /(_BB\.txt|(^|\/)metas\/.*|read[ _-]?me[^/]*)$/i;

interface List {
  readonly file: FileEntry;
  readonly split: Split;
}

interface Entry extends ListEntry {
  readonly label: 0 | 1;
  readonly split: Split;
  readonly species?: string;
  readonly session?: string;
}

function findLists({ files }: FileIndex, protocol: string, domain: string): List[] {
  const all = files.flatMap((file) => {
    const [, of = '', part = ''] = /(?:^|\/)metas\/(.+)\/(train|val|test)_label\.json$/i.exec(file.id) ?? [];
    const split = splitOf(part);
    return split ? [{ file, of, split }] : [];
  });
  const lists = all.filter(({ of }) => of.toLowerCase() === protocol.toLowerCase());
  if (lists.length > 0 || (all.length === 0 && protocol === 'intra_test')) return lists;
  const there = [...new Set(all.map(({ of }) => of))];
  throw cannot(
    `read data set '${domain}'`,
    `its option protocol is '${protocol}', and metas holds ${there.join(', ') || 'no lists'}`,
    `one of those${suggestion(protocol, there)}`,
    { exitCode: 2 },
  );
}

/** Spoof types, by number 40 of a label. */
const types: readonly (string | undefined)[] = [
  undefined,
  'print/photo',
  'print/poster',
  'print/a4',
  'mask/face-mask',
  'mask/upper-body-mask',
  'mask/region-mask',
  'replay/pc',
  'replay/pad',
  'replay/phone',
  'mask/3d-mask',
];
const lights: readonly string[] = ['', 'normal', 'strong', 'back', 'dark'];
const places: readonly string[] = ['', 'indoor', 'outdoor'];

async function readList({ file, split }: List, findings: Findings): Promise<Entry[]> {
  let list: unknown;
  try {
    list = JSON.parse(readText(file));
  } catch (error) {
    findings.leaveOut('entry', file.id, `it is not JSON (${(error as Error).message}): not used`);
    return [];
  }
  if (typeof list !== 'object' || list === null || Array.isArray(list)) {
    findings.leaveOut('entry', file.id, 'it is not an object of paths and labels: not used');
    return [];
  }
  const wrong: string[] = [];
  const unlike: string[] = [];
  const entries = Object.entries(list).flatMap(([path, numbers]: [string, unknown], i): Entry[] => {
    const at = (n: number) => (Array.isArray(numbers) ? Number(numbers[n]) : Number.NaN);
    const [type, light, place, spoof] = [at(40), at(41), at(42), at(43)];
    if (spoof !== 0 && spoof !== 1) {
      wrong.push(`entry ${i + 1}: ${path}`);
      return [];
    }
    const species = types[type];
    if ((species === undefined) !== (spoof === 0)) unlike.push(`entry ${i + 1}: ${path} (type ${type}, spoof ${spoof})`);
    const session = [places[place], lights[light]].filter(Boolean).join('/');
    return [
      {
        path,
        where: `${file.id} entry ${i + 1}`,
        split,
        label: spoof === 0 ? 1 : 0,
        ...(spoof === 1 ? { species: species ?? 'other' } : {}),
        ...(session === '' ? {} : { session }),
      },
    ];
  });
  findings.leaveOutAll(
    'label',
    wrong,
    `in ${file.id} it has no 44 numbers, the last of them 0 or 1`,
    (n) => `${file.id} has ${n} ${n === 1 ? 'entry' : 'entries'} without 44 numbers, the last of them 0 or 1`,
  );
  findings.problems(unlike, (n) => `${file.id} has ${n} ${n === 1 ? 'entry' : 'entries'} whose spoof type contradicts the label`);
  return entries;
}

/** Labels by folder, for copies without the lists. */
function byFolder(images: readonly FileEntry[], findings: Findings): Found<Entry>[] {
  const found = images.flatMap((file): Found<Entry>[] => {
    const [, part = '', , kind = ''] = /(?:^|\/)(train|test)\/([^/]+)\/(live|spoof)\/[^/]+$/i.exec(file.id) ?? [];
    const split = splitOf(part);
    const label = labelOf(kind);
    return split && label !== undefined ? [{ file, path: file.id, where: 'its folder', split, label, ...(label === 0 ? { species: 'other' } : {}) }] : [];
  });
  if (found.length > 0) findings.problem('there are no lists below metas: labels come from the folders, and attack types are unknown');
  return found;
}

function reportImages(images: readonly FileEntry[], chosen: readonly Found<Entry>[], findings: Findings): void {
  const labels = new Map(chosen.map(({ file, label }) => [file.id, label]));
  const elsewhere: string[] = [];
  for (const { id } of images) {
    const [, kind] = /(?:^|\/)(?:train|test)\/[^/]+\/(live|spoof)\/[^/]+$/i.exec(id) ?? [];
    if (kind === undefined) findings.unmatched(id);
    else if (labels.has(id) && labels.get(id) !== labelOf(kind)) elsewhere.push(id);
  }
  findings.problems(elsewhere, (n) => `${n} ${n === 1 ? 'image is' : 'images are'} in the folder of the other label; the label of the list is used`);
}

function sampleOf({ file, label, split, species, session }: Found<Entry>): Sample {
  const subject = file.id.split('/').at(-3);
  return {
    id: file.id,
    image: { path: file.path },
    label,
    split,
    ...(species === undefined ? {} : { species }),
    ...(subject === undefined ? {} : { subject }),
    ...(session === undefined ? {} : { session }),
  };
}

/** `x y w h score`, in an image of 224 x 224. */
async function readBox(file: FileEntry | undefined): Promise<FaceAnnotation> {
  const size = { width: 224, height: 224 };
  const none = (problem: string) => ({ frames: new Map(), size, problems: [problem] });
  if (!file) return none('the image has no _BB.txt file');
  const text = readAnnotation(file);
  if (text instanceof Error) return none(text.message);
  const words = text.trim() === '' ? [] : (text.trim().split(/\r?\n/)[0] ?? '').trim().split(/[\s,]+/);
  if (words.length === 0) return none('the file is empty');
  const [x = 0, y = 0, width = 0, height = 0, score] = words.map(Number);
  if (words.length < 4 || ![x, y, width, height].every(Number.isFinite)) return none(`line 1: '${words.join(' ').slice(0, 80)}', expected x y w h score`);
  if (!(width > 0 && height > 0)) return none(`line 1: a box of ${width} x ${height}`);
  const outside = x < 0 || y < 0 || x + width > size.width || y + height > size.height;
  const face = { box: { x, y, width, height }, ...(score !== undefined && Number.isFinite(score) ? { score } : {}) };
  return { frames: new Map([[0, face]]), size, problems: outside ? [`line 1: the box ${x} ${y} ${width} ${height} extends beyond the image`] : [] };
}
