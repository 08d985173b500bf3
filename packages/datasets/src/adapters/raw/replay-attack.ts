import { cannot, defineDataset, type Sample, type Split } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import type { FaceDataset } from '../../faces/face-dataset.ts';
import { readFaces } from '../../faces/read-faces.ts';
import { choose, numberOrName } from '../../on-disk/choose-protocol.ts';
import { type FileIndex, indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { type FoundClip, findClips } from '../../on-disk/find-clips.ts';
import { Findings } from '../../on-disk/findings.ts';
import { withoutVideoExtension } from '../../on-disk/list-file.ts';
import { readProtocolLists } from '../../on-disk/read-protocol-lists.ts';

const layout = `{train,devel,test}/real/client001_session01_webcam_authenticate_{controlled,adverse}_{1,2}.mov
{train,devel,test}/attack/{fixed,hand}/attack_{print,mobile,highdef}_client001_session01_{highdef,mobile}_{photo,video}_{controlled,adverse}.mov
enroll/{train,devel,test}/client001_session01_webcam_enroll_{controlled,adverse}.mov: in no protocol
protocols/real-{train,devel,test}.txt, protocols/attack-<protocol>-allsupports-{train,devel,test}.txt: a path a line
face-locations/<path of the clip>.face (or beside the clip): frame x y width height`;

const protocols = ['digitalphoto', 'grandtest', 'highdef', 'mobile', 'photo', 'print', 'smalltest', 'video'] as const;
type Protocol = (typeof protocols)[number];

/**
 * Replay-Attack (Chingovska, Anjos, Marcel: On the Effectiveness of Local Binary Patterns in Face Anti-spoofing, BIOSIG 2012): 50 people, 200 live
 * clips and 1,000 attacks. A protocol selects attacks; the live clips are the same for all. Where lists are missing, names identify its attacks,
 * except for `smalltest`, which only its lists define.
 */
export const replayAttack = defineDataset({
  name: 'replay-attack',
  summary: 'Replay-Attack: 200 live clips and 1,000 attacks (print, phone, tablet) of 50 people; its eight protocols',
  paper: 'Chingovska, Anjos, Marcel: On the Effectiveness of Local Binary Patterns in Face Anti-spoofing, BIOSIG 2012',
  layout,
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder that holds train, devel, test and protocols' }),
      protocol: numberOrName({ default: 'grandtest', description: `Which attacks: one of ${protocols.join(', ')}` }),
    },
    { additionalProperties: false },
  ),
  async create({ root, protocol }, { domain, folder }): Promise<FaceDataset> {
    const chosen = choose(domain, 'protocol', protocol, protocols);
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const rules = { parse: parsePath, annotation: '.face', annotated: ({ enroll }: ClipName) => !enroll, known: (id: string) => isList.test(id) };
    const clips = findClips(index, rules, findings).filter(({ name }) => !name.enroll);
    if (clips.length === 0) throw nothingFits(index, domain, layout);
    const splits = await readSplits(index, clips, chosen, domain, findings);
    const annotations = new Map(clips.map(({ file, annotation }) => [file.id, annotation]));
    return {
      classes: attackOrLive,
      samples: clips.flatMap((clip) => {
        const split = splits.get(clip.name.key);
        return split ? [sampleOf(clip, split)] : [];
      }),
      notes: findings.notes({ polarity: 'live is folder real, attack is folder attack', official: countsOf(chosen) }),
      faces: ({ id, image }) => readFaces('clip' in image ? image.clip : '', annotations.get(id), faceLines),
    };
  },
});

const isList = /(^|\/)(real|enroll|recognition|attack)-[^/]*\.txt$|(^|\/)protocols\/[^/]+$/i;

interface ClipName {
  readonly key: string;
  readonly split: Split;
  readonly client: string;
  readonly session: string;
  readonly light: string;
  readonly enroll: boolean;
  /** The attack's instrument. */
  readonly attack?: { readonly support: string; readonly device: string; readonly sample: string };
}

const folders: Readonly<Record<string, Split>> = { train: 'train', devel: 'dev', test: 'test' };

function parsePath(path: string): ClipName | undefined {
  const lower = path.toLowerCase();
  const live = /(?:^|\/)(train|devel|test)\/real\/client(\d+)_session(\d+)_[^_/]+_authenticate_(controlled|adverse)(_\d+)?$/.exec(lower);
  if (live) {
    const [, folder = '', client = '', session = '', light = '', take = ''] = live;
    return { key: `${client} ${session} ${light}${take}`, split: folders[folder] as Split, client, session, light, enroll: false };
  }
  const attack =
    /(?:^|\/)(train|devel|test)\/attack\/(fixed|hand)\/attack_(print|mobile|highdef)_client(\d+)_session(\d+)_(highdef|mobile)_(photo|video)_(controlled|adverse)$/.exec(
      lower,
    );
  if (attack) {
    const [, folder = '', support = '', device = '', client = '', session = '', camera = '', sample = '', light = ''] = attack;
    const key = `${client} ${session} ${support} ${device} ${camera} ${sample} ${light}`;
    return { key, split: folders[folder] as Split, client, session, light, enroll: false, attack: { support, device, sample } };
  }
  const [, client, session = '', light = ''] = /(?:^|\/)client(\d+)_session(\d+)_[^_/]+_enroll_(controlled|adverse)(?:_\d+)?$/.exec(lower) ?? [];
  return client === undefined ? undefined : { key: `${client} ${session} enroll ${light}`, split: 'train', client, session, light, enroll: true };
}

/** From the protocol's lists, or from the names where a list is missing. */
async function readSplits(
  index: FileIndex,
  clips: readonly FoundClip<ClipName>[],
  protocol: Protocol,
  domain: string,
  findings: Findings,
): Promise<Map<string, Split>> {
  const keys = new Set(clips.map(({ name }) => name.key));
  const named = Object.entries(folders).flatMap(([folder, split]) =>
    [true, false].map((live) => {
      const kind = live ? 'real' : `attack-${protocol}-allsupports`;
      const name = `${kind}-${folder}.txt`;
      // Some copies have real lists per protocol.
      const [file] = [...(live ? index.endingWith(`real-${protocol}-allsupports-${folder}.txt`) : []), ...index.endingWith(name)];
      return { split, live, folder, name, file };
    }),
  );
  const lists = named.flatMap(({ split, live, folder, file }) => (file ? [{ split, live, folder, file }] : []));
  const rules = {
    line: 'the path of a clip',
    parseLine: (text: string, list: { readonly file: unknown }) => ({ text, live: lists.find(({ file }) => file === list.file)?.live }),
    parseName: (path: string, list: { readonly split: Split }) => {
      const stem = withoutVideoExtension(path);
      const folder = Object.keys(folders).find((one) => folders[one] === list.split);
      const name = parsePath(stem) ?? parsePath(`${folder}/${stem}`);
      return name && !name.enroll ? { key: name.key, live: name.attack === undefined, split: name.split } : undefined;
    },
  };
  const splits = await readProtocolLists(lists, rules, (key) => keys.has(key), findings);
  for (const { split, live, name, file } of named) {
    if (file) continue;
    if (!live && protocol === 'smalltest') {
      throw cannot(
        `read data set '${domain}'`,
        `${index.root} holds no ${name}`,
        'the lists of protocol smalltest in a folder protocols, since file names do not identify its clips',
      );
    }
    findings.problem(`there is no ${name}: its clips are selected by their names`);
    for (const clip of clips) {
      const belongs = clip.name.split === split && (clip.name.attack === undefined) === live && (live || hasAttack[protocol](clip.name.attack as Attack));
      if (belongs && !splits.has(clip.name.key)) splits.set(clip.name.key, split);
    }
  }
  return splits;
}

type Attack = NonNullable<ClipName['attack']>;

/** Section 3 of the paper. */
const hasAttack: Readonly<Record<Protocol, (attack: Attack) => boolean>> = {
  grandtest: () => true,
  smalltest: () => false,
  print: ({ device }) => device === 'print',
  mobile: ({ device }) => device === 'mobile',
  highdef: ({ device }) => device === 'highdef',
  photo: ({ sample }) => sample === 'photo',
  video: ({ sample }) => sample === 'video',
  digitalphoto: ({ device, sample }) => device !== 'print' && sample === 'photo',
};

/** Attacks in the complete set: 30 % train, 30 % dev, 40 % test. */
const attacks: Readonly<Record<Protocol, number | undefined>> = {
  grandtest: 1000,
  smalltest: undefined,
  print: 200,
  mobile: 400,
  highdef: 400,
  photo: 600,
  video: 400,
  digitalphoto: 400,
};

function countsOf(protocol: Protocol): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const all = attacks[protocol];
  const counts = (live: number) => ({ live, ...(all === undefined ? {} : { attack: (all * live) / 200 }) });
  return { train: counts(60), dev: counts(60), test: counts(80) };
}

function sampleOf({ file, name: { client, session, light, attack } }: FoundClip<ClipName>, split: Split): Sample {
  return {
    id: file.id,
    video: file.id,
    image: { clip: file.path },
    label: attack ? 0 : 1,
    split,
    ...(attack ? { species: attack.device === 'print' ? 'print' : `replay/${attack.device}-${attack.sample}` } : {}),
    subject: `client${client}`,
    device: 'webcam',
    session: `session${session} ${light}`,
  };
}

/** Zeros mean that no face was found. */
const faceLines = {
  columns: 5,
  parse: ([frame = 0, x = 0, y = 0, width = 0, height = 0]: readonly number[]) => ({
    frame,
    ...(x === 0 && y === 0 && width === 0 && height === 0 ? {} : { face: { box: { x, y, width, height } } }),
  }),
};
