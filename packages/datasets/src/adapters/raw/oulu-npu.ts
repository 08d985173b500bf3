import { defineDataset, type Sample, type Split } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import type { FaceDataset } from '../../faces/face-dataset.ts';
import { eyes, readFaces } from '../../faces/read-faces.ts';
import { type ChosenProtocol, chooseProtocol, numberOrName } from '../../on-disk/choose-protocol.ts';
import { type FileIndex, indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { type FoundClip, findClips } from '../../on-disk/find-clips.ts';
import { Findings } from '../../on-disk/findings.ts';
import { withoutVideoExtension } from '../../on-disk/list-file.ts';
import { type ListRules, readProtocolLists } from '../../on-disk/read-protocol-lists.ts';

const layout = `{Train,Dev,Test}_files/<phone 1-6>_<session 1-3>_<user 01-55>_<file 1-5>.avi: file 1 is live, 2 and 3 print, 4 and 5 replay
a .txt file beside each clip: frame,eye x,eye y,eye x,eye y
Protocols/Protocol_1/{Train,Dev,Test}.txt, Protocol_2 the same, Protocol_3 and 4 {Train,Dev,Test}_1..6.txt: +1,<clip> or -1,<clip> a line`;

/** Sub-protocols: the phone left out for testing. */
const folds = { '1': 1, '2': 1, '3': 6, '4': 6 } as const;
type Protocol = keyof typeof folds;

/**
 * OULU-NPU (Boulkenafet et al.: OULU-NPU: A Mobile Face Presentation Attack Database with Real-World Variations, FG 2017): 55 people, six phones,
 * 4,950 clips. Without a protocol, all of them, by folder; with one, those of its lists. Where lists are missing, the paper's definition is used.
 */
export const ouluNpu = defineDataset({
  name: 'oulu-npu',
  summary: 'OULU-NPU: 990 live clips and 3,960 attacks (two printers, two displays) of 55 people on six phones; protocols 1 to 4',
  paper: 'Boulkenafet, Komulainen, Li, Feng, Hadid: OULU-NPU, FG 2017',
  layout,
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder that holds Train_files, Dev_files, Test_files and Protocols' }),
      protocol: Type.Optional(
        numberOrName({ description: '1 sessions, 2 instruments, 3 phones, 4 all of them; 3_2 also selects the sub-protocol; default: all clips' }),
      ),
      fold: numberOrName({ default: 1, description: 'Sub-protocol of 3 and 4: the phone left out for testing, 1 to 6' }),
    },
    { additionalProperties: false },
  ),
  async create({ root, protocol, fold }, { domain, folder }): Promise<FaceDataset> {
    const chosen = protocol === undefined ? undefined : chooseProtocol<Protocol>(domain, { protocol, fold }, folds);
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const clips = findClips(index, { parse: parsePath, annotation: '.txt', known: (id) => list.test(id) }, findings);
    if (clips.length === 0) throw nothingFits(index, domain, layout);
    for (const { file, name } of clips)
      if (splitOfUser(name.user) !== name.split) findings.problem(`${file.id} is of user ${name.user}, who belongs to ${splitOfUser(name.user)}`);
    const splits = chosen ? await readSplits(index, clips, chosen, findings) : undefined;
    const annotations = new Map(clips.map(({ file, annotation }) => [file.id, annotation]));
    return {
      classes: attackOrLive,
      samples: clips.flatMap((clip) => {
        const split = splits ? splits.get(clip.name.key) : clip.name.split;
        return split ? [sampleOf(clip, split)] : [];
      }),
      notes: findings.notes({ polarity: 'live is file 1 (+1 in the lists), attack is files 2 to 5 (-1)', official: countsOf(chosen) }),
      faces: ({ id, image }) => readFaces('clip' in image ? image.clip : '', annotations.get(id), eyeLines),
    };
  },
});

const list = /(^|\/)protocol_[1-4]\/(train|dev|test)(_[1-6])?\.txt$/i;

interface ClipName {
  /** `1_1_1_1`: numbers without leading zeros. */
  readonly key: string;
  readonly phone: number;
  readonly session: number;
  readonly user: number;
  readonly file: number;
}

function parseName(name: string): ClipName | undefined {
  const [phone = 0, session = 0, user = 0, file = 0] = (/^0*([1-6])_0*([1-3])_0*(\d{1,2})_0*([1-5])$/.exec(name) ?? []).slice(1).map(Number);
  return user >= 1 && user <= 55 ? { key: `${phone}_${session}_${user}_${file}`, phone, session, user, file } : undefined;
}

function parsePath(path: string): (ClipName & { readonly split: Split }) | undefined {
  const [, split, stem = ''] = /(?:^|\/)(train|dev|test)_files\/([^/]+)$/i.exec(path) ?? [];
  const name = parseName(stem);
  return name && split ? { ...name, split: split.toLowerCase() as Split } : undefined;
}

function splitOfUser(user: number): Split {
  return user <= 20 ? 'train' : user <= 35 ? 'dev' : 'test';
}

/** From the protocol's lists, or from its definition where a list is missing. */
async function readSplits(
  index: FileIndex,
  clips: readonly FoundClip<ClipName & { readonly split: Split }>[],
  chosen: ChosenProtocol<Protocol>,
  findings: Findings,
): Promise<Map<string, Split>> {
  const named = (['train', 'dev', 'test'] as const).map((split) => {
    const name = `Protocol_${chosen.protocol}/${split[0]?.toUpperCase()}${split.slice(1)}${folds[chosen.protocol] > 1 ? `_${chosen.fold}` : ''}.txt`;
    return { split, name, file: index.endingWith(name)[0] };
  });
  const lists = named.flatMap(({ split, file }) => (file ? [{ split, file }] : []));
  const keys = new Set(clips.map(({ name }) => name.key));
  const splits = await readProtocolLists(lists, listRules, (key) => keys.has(key), findings);
  for (const { split, name, file } of named) {
    if (file) continue;
    findings.problem(`there is no ${name}: its clips are selected by the protocol's definition`);
    for (const clip of clips)
      if (clip.name.split === split && belongs(clip.name, split, chosen) && !splits.has(clip.name.key)) splits.set(clip.name.key, split);
  }
  return splits;
}

/** Test lists of some copies write -1 for prints and -2 for replays. */
const listRules: ListRules = {
  line: '+1,<phone>_<session>_<user>_<file> or -1,...',
  parseLine(line) {
    const [, sign, text = line] = /^([+-]?\d+)\s*[,;\s]\s*(.+)$/.exec(line) ?? [];
    return { text, live: sign === undefined ? undefined : Number(sign) > 0 };
  },
  parseName(path) {
    const name = parseName(withoutVideoExtension(path.slice(path.lastIndexOf('/') + 1)));
    return name && { key: name.key, live: name.file === 1, split: splitOfUser(name.user) };
  },
};

/** The definitions of section 4 of the paper. Protocols 1 and 4 test on the third session; 2 and 4 on the second printer and display; 3 and 4 on a phone of their own. */
function belongs({ phone, session, file }: ClipName, split: Split, { protocol, fold }: ChosenProtocol<Protocol>): boolean {
  const test = split === 'test';
  const bySession = (protocol !== '1' && protocol !== '4') || (session === 3) === test;
  const byInstrument = (protocol !== '2' && protocol !== '4') || (test ? [1, 3, 5] : [1, 2, 4]).includes(file);
  const byPhone = (protocol !== '3' && protocol !== '4') || (phone === fold) === test;
  return bySession && byInstrument && byPhone;
}

const people: Readonly<Record<Split, number>> = { train: 20, dev: 15, test: 20 };

/** Clips of the complete set: people x phones x sessions, one live and one per instrument. */
function countsOf(chosen: ChosenProtocol<Protocol> | undefined): Readonly<Record<string, { readonly live: number; readonly attack: number }>> {
  const clipsOf = (split: Split) => {
    const count = { live: 0, attack: 0 };
    for (let phone = 1; phone <= 6; phone++)
      for (let session = 1; session <= 3; session++)
        for (let file = 1; file <= 5; file++) {
          const name = { key: '', user: 0, phone, session, file };
          if (!chosen || belongs(name, split, chosen)) count[file === 1 ? 'live' : 'attack'] += people[split];
        }
    return count;
  };
  return { train: clipsOf('train'), dev: clipsOf('dev'), test: clipsOf('test') };
}

const species: Readonly<Record<number, string>> = { 2: 'print/1', 3: 'print/2', 4: 'replay/1', 5: 'replay/2' };

function sampleOf({ file, name }: FoundClip<ClipName>, split: Split): Sample {
  const what = species[name.file];
  return {
    id: file.id,
    video: file.id,
    image: { clip: file.path },
    label: what === undefined ? 1 : 0,
    split,
    ...(what === undefined ? {} : { species: what }),
    subject: String(name.user).padStart(2, '0'),
    device: `phone ${name.phone}`,
    session: String(name.session),
  };
}

/** Zeros mean that no eyes were found. */
const eyeLines = {
  columns: 5,
  parse: ([frame = 0, ax = 0, ay = 0, bx = 0, by = 0]: readonly number[]) => ({
    frame,
    ...(ax === 0 && ay === 0 && bx === 0 && by === 0 ? {} : { face: { landmarks: eyes({ x: ax, y: ay }, { x: bx, y: by }) } }),
  }),
};
