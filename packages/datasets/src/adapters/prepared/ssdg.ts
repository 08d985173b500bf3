import { cannot, defineDataset, type Split } from '@gradalign/core';
import { imageEnding } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { type FileIndex, indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { Findings } from '../../on-disk/findings.ts';
import type { FileEntry } from '../../on-disk/folder-tree.ts';
import { frameNumber } from '../../on-disk/image-file.ts';
import { filePlaces } from '../../on-disk/locate.ts';
import { oneOf } from '../../on-disk/one-of.ts';
import { readText } from '../../on-disk/read-text.ts';
import { type Frame, frameSamples } from '../../samples/frame-samples.ts';
import { eachOnce, type Found, findListed, type ListEntry } from '../../samples/listed.ts';
import { chooseSets, domainOption } from './choose-sets.ts';

const layout = `data_label/{msu,casia,replay,oulu}/{train,valid,test}_label.json, or {real,fake,all}_label.json
each a list of { "photo_path": "<path>/<video>/<frame>.png", "photo_label": 1 }
the images, below the same root, wherever the first parts of their paths were on the machine that made the lists`;

/**
 * Lists of SSDG (Jia et al., CVPR 2020), which many later code bases also read. `photo_label` 1 is live. The split is that of the list; where there
 * are only real and fake lists, as SSDG trains on, everything is train. Subject and species come from the clips' folder names.
 */
export const ssdg = defineDataset({
  name: 'ssdg',
  summary: "SSDG's JSON lists: data_label/<set>/{train,valid,test}_label.json with photo_path and photo_label",
  paper: 'Jia, Zhang, Shan, Chen: Single-Side Domain Generalization for Face Anti-Spoofing, CVPR 2020',
  layout,
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder that holds the lists and the images' }),
      domain: domainOption,
      prefix: Type.Optional(Type.String({ description: 'Removed from the beginning of the paths in lists; default: inferred' })),
      live: oneOf([1, 0], { default: 1, description: 'The photo_label that means live' }),
    },
    { additionalProperties: false },
  ),
  async create({ root, domain: wanted, prefix, live }, { domain, folder }) {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const lists = findLists(index);
    if (lists.length === 0) throw nothingFits(index, domain, layout);
    const sets = chooseSets(new Set(lists.map(({ set }) => set)), { wanted, domain, adapter: 'ssdg' });
    const images = filePlaces(index, imageEnding);
    const frames: Frame[] = [];
    for (const set of sets) {
      const entries: Entry[] = [];
      for (const list of usedLists(lists, set, findings)) entries.push(...(await readList(list, live, findings)));
      const found = findListed(entries, images, findings, prefix === undefined ? {} : { prefix });
      frames.push(...eachOnce(found, findings).map((entry) => frameOf(entry, set)));
    }
    if (frames.length === 0) throw cannot(`read data set '${domain}'`, `${index.root} holds none of the images in its lists`, layout);
    const used = new Set(frames.map(({ file }) => file.id));
    for (const { id } of index.files) if (!used.has(id) && !imageEnding.test(id) && !known.test(id)) findings.unmatched(id);
    const samples = frameSamples(frames, findings, sets.length > 1);
    return { classes: attackOrLive, samples, notes: findings.notes({ polarity: `photo_label ${live} is live, ${1 - live} is attack` }) };
  },
});

/** Other files that SSDG writes beside its lists. */
const known = /(_label\.json|generate_label\.py|read[ _-]?me[^/]*|\.dat|\.npy)$/i;

interface List {
  readonly file: FileEntry;
  readonly set: string;
  /** `train`, `valid`, `test`, `real`, `fake`, `all`. */
  readonly kind: string;
}

interface Entry extends ListEntry {
  readonly label: 0 | 1;
  readonly split: Split;
}

function findLists({ files }: FileIndex): List[] {
  return files.flatMap((file) => {
    const [, set = '', kind = ''] = /(?:^|([^/]*)\/)(?:choose_)?(train|valid|val|dev|test|real|fake|all)_label\.json$/i.exec(file.id) ?? [];
    return kind === '' ? [] : [{ file, set: set === 'data_label' ? '' : set, kind: kind.toLowerCase() }];
  });
}

const splitOfKind: Readonly<Record<string, Split>> = { train: 'train', valid: 'dev', val: 'dev', dev: 'dev', test: 'test' };

/** The lists by split; else the real and fake lists, else the list of all: they hold the same images again. */
function usedLists(lists: readonly List[], set: string, findings: Findings): List[] {
  const own = lists.filter((list) => list.set === set);
  const split = own.filter(({ kind }) => splitOfKind[kind] !== undefined);
  if (split.length > 0) return split;
  findings.problem(`${set === '' ? 'the root' : set} has no list of train or test: all its images are train`);
  const byLabel = own.filter(({ kind }) => kind !== 'all');
  return byLabel.length > 0 ? byLabel : own;
}

async function readList({ file, kind }: List, live: 0 | 1, findings: Findings): Promise<Entry[]> {
  const refuse = (what: string): Entry[] => {
    findings.leaveOut('entry', file.id, `it ${what}: not used`);
    return [];
  };
  let list: unknown;
  try {
    list = JSON.parse(readText(file));
  } catch (error) {
    return refuse(`is not JSON (${(error as Error).message})`);
  }
  if (!Array.isArray(list)) return refuse('does not hold a list');
  const wrong: string[] = [];
  const contrary: string[] = [];
  const entries = list.flatMap((one: unknown, i): Entry[] => {
    const { photo_path: path, photo_label: value } = (one ?? {}) as { photo_path?: unknown; photo_label?: unknown };
    const label = Number(value) === live ? 1 : Number(value) === 1 - live ? 0 : undefined;
    const said = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
    if (typeof path !== 'string' || path.trim() === '' || label === undefined || !said) {
      wrong.push(`entry ${i + 1}: ${JSON.stringify(one) ?? 'nothing'}`);
      return [];
    }
    if ((kind === 'real' || kind === 'fake') && label !== (kind === 'real' ? 1 : 0)) contrary.push(`entry ${i + 1}: ${path}`);
    return [{ path: path.trim(), label, split: splitOfKind[kind] ?? 'train', where: `${file.id} entry ${i + 1}` }];
  });
  findings.leaveOutAll(
    'label',
    wrong,
    `in ${file.id} it has no photo_path, or no photo_label that is 0 or 1`,
    (n) => `${file.id} has ${n} ${n === 1 ? 'entry' : 'entries'} without a photo_path, or a photo_label that is 0 or 1`,
  );
  findings.problems(contrary, (n) => `${file.id} has ${n} ${n === 1 ? 'entry' : 'entries'} of the other label`);
  return entries;
}

function frameOf({ file, label, split }: Found<Entry>, set: string): Frame {
  const video = file.id.slice(0, Math.max(0, file.id.lastIndexOf('/')));
  const frame = frameNumber(file.name);
  const name = video.split('/').slice(-2).join('/');
  return { file, label, split, name, set, ...(video === '' ? {} : { video }), ...(frame === undefined ? {} : { frame }) };
}
