import { defineDataset, type Sample, type Split } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import type { FaceDataset } from '../../faces/face-dataset.ts';
import { boxBetween, readFaces } from '../../faces/read-faces.ts';
import { type ChosenProtocol, chooseProtocol, numberOrName } from '../../on-disk/choose-protocol.ts';
import { indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { type FoundClip, findClips } from '../../on-disk/find-clips.ts';
import { Findings } from '../../on-disk/findings.ts';

const layout = `{Train,Test}/live/<subject 001-165>/<subject>-<sensor>-1-<medium>-<session>.{mov,mp4}
{Train,Test}/spoof/<subject>/<subject>-<sensor>-{2,3}-<medium>-<session>.{mov,mp4}: 2 is print, 3 is replay
a .face file beside each clip: x1 y1 x2 y2 a line, a line a frame`;

/** Sub-protocols: of 2, the replay medium left out for testing; of 3, the attack to train on, print (1) or replay (2). */
const folds = { '1': 1, '2': 4, '3': 2 } as const;
type Protocol = keyof typeof folds;

/**
 * SiW (Liu, Jourabloo, Liu: Learning Deep Models for Face Anti-Spoofing, CVPR 2018, arXiv 1803.11097): 165 people, 90 for training and 75 for
 * testing; 4,478 clips. There is no development split. The protocols are rules over the names; there are no lists.
 */
export const siw = defineDataset({
  name: 'siw',
  summary: 'SiW: 1,313 live clips and 3,165 attacks (print, replay on four media) of 165 people; protocols 1 to 3',
  paper: 'Liu, Jourabloo, Liu: Learning Deep Models for Face Anti-Spoofing, CVPR 2018, arXiv 1803.11097',
  layout,
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder that holds Train and Test' }),
      protocol: Type.Optional(
        numberOrName({
          description:
            '1: the first 60 frames in training; 2: one replay medium left out for testing, only replays; 3: print against replay; default: all clips, whole',
        }),
      ),
      fold: numberOrName({ default: 1, description: 'Sub-protocol. Of 2, 1 to 4: the medium left out for testing. Of 3: 1 trains on print, 2 on replay' }),
    },
    { additionalProperties: false },
  ),
  async create({ root, protocol, fold }, { domain, folder }): Promise<FaceDataset> {
    const chosen = protocol === undefined ? undefined : chooseProtocol<Protocol>(domain, { protocol, fold }, folds);
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const clips = findClips(index, { parse: parseName, annotation: '.face' }, findings);
    if (clips.length === 0) throw nothingFits(index, domain, layout);
    reportSharedPeople(clips, findings);
    const annotations = new Map(clips.map(({ file, annotation }) => [file.id, annotation]));
    return {
      classes: attackOrLive,
      samples: clips.filter(({ name }) => !chosen || belongs(name, chosen)).map((clip) => sampleOf(clip, chosen)),
      notes: findings.notes({ polarity: 'live is type 1 in folder live, attack is types 2 and 3 in folder spoof', official: countsOf(chosen) }),
      faces: ({ id, image }) => readFaces('clip' in image ? image.clip : '', annotations.get(id), faceLines),
    };
  },
});

interface ClipName {
  readonly key: string;
  readonly split: Split;
  readonly subject: string;
  readonly sensor: number;
  /** 1 live, 2 print, 3 replay. */
  readonly type: number;
  readonly medium: number;
  readonly session: number;
}

function parseName(path: string): ClipName | undefined {
  const match = /(?:^|\/)(train|test)\/(live|spoof)\/0*(\d+)\/0*(\d+)[-_](\d)[-_]([1-3])[-_](\d)[-_](\d)$/i.exec(path);
  const [, split = '', kind = '', folder, subject = '', sensor, type, medium, session] = match ?? [];
  if (!match || folder !== subject || (kind.toLowerCase() === 'live') !== (type === '1')) return undefined;
  const numbers = { sensor: Number(sensor), type: Number(type), medium: Number(medium), session: Number(session) };
  return { key: [subject, sensor, type, medium, session].join('-'), split: split.toLowerCase() as Split, subject: subject.padStart(3, '0'), ...numbers };
}

/** Nobody is in both folders of the complete set. */
function reportSharedPeople(clips: readonly FoundClip<ClipName>[], findings: Findings): void {
  const inTrain = new Set(clips.filter(({ name }) => name.split === 'train').map(({ name }) => name.subject));
  const shared = new Set(clips.filter(({ name }) => name.split === 'test' && inTrain.has(name.subject)).map(({ name }) => name.subject));
  findings.problems([...shared], (n) => `${n} ${n === 1 ? 'subject is' : 'subjects are'} in Train and in Test`);
}

/** Section 6.1 of the paper. */
function belongs({ split, type, medium }: Pick<ClipName, 'split' | 'type' | 'medium'>, { protocol, fold }: ChosenProtocol<Protocol>): boolean {
  if (protocol === '1' || type === 1) return true;
  if (protocol === '2') return type === 3 && (medium === fold) === (split === 'test');
  return (type === 2) === ((fold === 1) === (split === 'train'));
}

/** Clips of the complete release, counted over the file lists of bob.db.siw: live, prints, replays by medium. */
const complete = {
  train: { live: 714, prints: 339, replays: [360, 360, 359, 285] },
  test: { live: 599, prints: 314, replays: [300, 300, 298, 250] },
} as const;

function countsOf(chosen: ChosenProtocol<Protocol> | undefined): Readonly<Record<string, { readonly live: number; readonly attack: number }>> {
  const clipsOf = (split: 'train' | 'test') => {
    const { live, prints, replays } = complete[split];
    const kinds = [{ type: 2, medium: 0, n: prints as number }, ...replays.map((n, i) => ({ type: 3, medium: i + 1, n: n as number }))];
    return { live, attack: kinds.filter((kind) => !chosen || belongs({ split, ...kind }, chosen)).reduce((sum, { n }) => sum + n, 0) };
  };
  return { train: clipsOf('train'), test: clipsOf('test') };
}

const sensors: Readonly<Record<number, string>> = { 1: 'Canon EOS T6', 2: 'Logitech C920' };

function sampleOf({ file, name }: FoundClip<ClipName>, chosen: ChosenProtocol<Protocol> | undefined): Sample {
  const { split, subject, sensor, type, medium, session } = name;
  const short = chosen?.protocol === '1' && split === 'train';
  return {
    id: file.id,
    video: file.id,
    image: { clip: file.path, ...(short ? { firstFrames: 60 } : {}) },
    label: type === 1 ? 1 : 0,
    split,
    ...(type === 1 ? {} : { species: `${type === 2 ? 'print' : 'replay'}/${medium}` }),
    subject,
    device: sensors[sensor] ?? `sensor ${sensor}`,
    session: String(session),
  };
}

/** One line per frame, from the first; zeros mean that no face was found. */
const faceLines = {
  columns: 4,
  parse: ([x1 = 0, y1 = 0, x2 = 0, y2 = 0]: readonly number[], frame: number) => ({
    frame,
    ...(x1 === 0 && y1 === 0 && x2 === 0 && y2 === 0 ? {} : { face: { box: boxBetween(x1, y1, x2, y2) } }),
  }),
};
