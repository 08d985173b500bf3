import { cannot, defineDataset, type Split } from '@gradalign/core';
import { imageEnding } from '@gradalign/core/images';
import type { FaceAnnotation } from '@gradalign/pixels';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import type { FaceDataset } from '../../faces/face-dataset.ts';
import { type FileIndex, indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { Findings } from '../../on-disk/findings.ts';
import type { FileEntry } from '../../on-disk/folder-tree.ts';
import { frameNumber } from '../../on-disk/image-file.ts';
import { readListFile } from '../../on-disk/list-file.ts';
import { folderPlaces, locate, type Places } from '../../on-disk/locate.ts';
import { readAnnotation } from '../../on-disk/read-text.ts';
import { splitOf } from '../../on-disk/words.ts';
import { type Frame, frameSamples } from '../../samples/frame-samples.ts';
import { chooseSets, domainOption } from './choose-sets.ts';

const layout = `{img_CASIA_FASD,img_replayattack,img_MSU_MFSD}/{train,test}_list_video.txt: label,<video>, a line a video; label 1 is live
<set>/<video>/<last part of video>_0.jpg beside .dat files of four lines: x, y, width, height
oulu_images_crop/{train,test}_list_video.txt, {Train,Test}_files/<video>/<video>_0_scene.jpg`;

/**
 * Lists and frames as SSAN (Wang et al., CVPR 2022) reads them. Label 1 is live, anything else is an attack. Depth maps beside them are ignored.
 * Boxes in .dat files are read when `faces` is called, since there is one per frame; SSAN crops 1.3 times the box.
 */
export const ssan = defineDataset({
  name: 'ssan',
  summary: "SSAN's lists of videos: {train,test}_list_video.txt with label,<video>, frames with .dat boxes",
  paper: 'Wang, Wang, Yu, Deng, Li, Gao, Wang: Domain Generalization via Shuffled Style Assembly for Face Anti-Spoofing, CVPR 2022',
  layout,
  options: Type.Object(
    { root: Type.String({ format: 'path', description: 'Folder of one data set, or one that holds several' }), domain: domainOption },
    { additionalProperties: false },
  ),
  async create({ root, domain: wanted }, { domain, folder }): Promise<FaceDataset> {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const lists = findLists(index);
    if (lists.length === 0) throw nothingFits(index, domain, layout);
    const sets = chooseSets(new Set(lists.map(({ set }) => set)), { wanted, domain, adapter: 'ssan' });
    const places = folderPlaces({ files: index.files.filter(({ id }) => !depth.test(id)) }, imageEnding);
    const clips = new Map<string, Clip>();
    for (const list of lists.filter(({ set }) => sets.includes(set))) await readList(list, places, clips, findings);
    const frames = [...clips.values()].filter(({ label }) => label !== undefined).flatMap(framesOf);
    if (frames.length === 0) throw cannot(`read data set '${domain}'`, `${index.root} holds none of the videos in its lists`, layout);
    for (const { id } of index.files) if (!imageEnding.test(id) && !known.test(id)) findings.unmatched(id);
    const boxes = new Map(index.files.filter(({ id }) => /\.dat$/i.test(id)).map((file) => [withoutEnding(file.id), file]));
    const samples = frameSamples(frames, findings, sets.length > 1);
    return {
      classes: attackOrLive,
      samples,
      notes: findings.notes({ polarity: 'label 1 is live, any other is attack' }),
      ...(boxes.size > 0 ? { faces: ({ id }) => readBox(boxes.get(withoutEnding(id))) } : {}),
    };
  },
});

const depth = /_depth(1d)?\.[^.]*$|(^|\/)depth\//i;
const known = /(_list_video\.txt|\.dat|read[ _-]?me[^/]*)$/i;

interface List {
  readonly file: FileEntry;
  readonly set: string;
  readonly split: Split;
}

interface Clip {
  readonly path: string;
  readonly set: string;
  readonly split: Split;
  readonly images: readonly FileEntry[];
  readonly where: string;
  /** Undefined: the lists contradict each other. */
  label: 0 | 1 | undefined;
}

function findLists({ files }: FileIndex): List[] {
  return files.flatMap((file) => {
    const [, set = '', part = ''] = /(?:^|([^/]*)\/)(train|val|valid|dev|test)_list_video\.txt$/i.exec(file.id) ?? [];
    const split = splitOf(part);
    return split ? [{ file, set, split }] : [];
  });
}

async function readList({ file, set, split }: List, places: Places<readonly FileEntry[]>, clips: Map<string, Clip>, findings: Findings): Promise<void> {
  const wrong: string[] = [];
  const entries = (await readListFile(file)).flatMap(({ line, text }) => {
    const [, label = '', path = ''] = /^\s*([+-]?\d+)\s*,\s*(.*\S)/.exec(text) ?? [];
    if (path === '') wrong.push(`line ${line}: ${text.slice(0, 80)}`);
    return path === '' ? [] : [{ path, label: Number(label) === 1 ? (1 as const) : (0 as const), where: `${file.id} line ${line}` }];
  });
  findings.leaveOutAll(
    'label',
    wrong,
    `it is in ${file.id} and is not label,video`,
    (n) => `${file.id} has ${n} ${n === 1 ? 'line' : 'lines'} that cannot be read, expected label,video`,
  );
  // Only within the list's own folder, so that lists of several sets in one root do not claim each other's videos.
  const here = file.id.slice(0, file.id.length - file.name.normalize('NFC').length);
  const own = within(places, here);
  const found = locate(
    own,
    entries.map(({ path }) => path),
    { hints: [`${split}_files`] },
  );
  found.forEach((place, i) => {
    const { path, label, where } = entries[i] as (typeof entries)[number];
    if (place.at === undefined) {
      if ('missing' in place) findings.missing(place.missing);
      else findings.leaveOut('entry', where, `'${path}' is skipped: ${place.problem}`);
      return;
    }
    const before = clips.get(place.path);
    if (!before) clips.set(place.path, { path: place.path, set, split, images: place.at, where, label });
    else if (before.label === label) findings.problem(`${where}: ${path} is listed again, after ${before.where}`);
    else {
      findings.leaveOut('label', where, `${path} is ${label === 1 ? 'live' : 'attack'} here and the other in ${before.where}, left out`);
      before.label = undefined;
    }
  });
}

function within(places: Places<readonly FileEntry[]>, here: string): Places<readonly FileEntry[]> {
  return {
    get: (path) => (path.toLowerCase().startsWith(here.toLowerCase()) ? places.get(path) : undefined),
    named: (last) => places.named(last).filter((path) => path.startsWith(here)),
  };
}

function framesOf({ path, set, split, images, label = 0 }: Clip): Frame[] {
  return images.map((file) => {
    const frame = frameNumber(file.name);
    return { file, label, split, set, name: path.split('/').slice(-2).join('/'), video: path, ...(frame === undefined ? {} : { frame }) };
  });
}

/** Four lines: x, y, width and height of the face, in pixels of the frame. */
async function readBox(file: FileEntry | undefined): Promise<FaceAnnotation> {
  const none = (problem: string) => ({ frames: new Map(), problems: [problem] });
  if (!file) return none('the frame has no .dat file');
  const text = readAnnotation(file);
  if (text instanceof Error) return none(text.message);
  const words = text.trim() === '' ? [] : text.trim().split(/[\s,]+/);
  if (words.length === 0) return none('the file is empty');
  const [x = 0, y = 0, width = 0, height = 0] = words.map(Number);
  if (words.length < 4 || ![x, y, width, height].every(Number.isFinite))
    return none(`${words.length} values (${words.slice(0, 4).join(' ')}), expected 4 numbers`);
  if (!(width > 0 && height > 0)) return none(`a box of ${width} x ${height}`);
  return { frames: new Map([[0, { box: { x, y, width, height } }]]), problems: [] };
}

function withoutEnding(id: string): string {
  return id.replace(/\.[^./]*$/, '').toLowerCase();
}
