import { defineDataset, type Sample, type Split } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import type { FaceDataset } from '../../faces/face-dataset.ts';
import { boxBetween, eyes, readFaces } from '../../faces/read-faces.ts';
import { type FileIndex, indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { type FoundClip, findClips } from '../../on-disk/find-clips.ts';
import { Findings } from '../../on-disk/findings.ts';
import { readListFile } from '../../on-disk/list-file.ts';
import { oneOf } from '../../on-disk/one-of.ts';
import { readVideoHeader } from '../../video/video-header.ts';

const layout = `scene01/real/real_client001_{android_SD_scene01.mp4,laptop_SD_scene01.mov}
scene01/attack/attack_client001_{android,laptop}_SD_{ipad_video,iphone_video,printed_photo}_scene01.{mp4,mov}
a .face file beside each clip: frame,x1,y1,x2,y2,eye x,eye y,eye x,eye y
train_sub_list.txt, test_sub_list.txt: a client's number a line`;

/**
 * MSU-MFSD (Wen, Han, Jain: Face Spoof Detection with Image Distortion Analysis, IEEE TIFS 10(4), 2015): 35 people, two cameras, 70 live clips and
 * 210 attacks. Live clips are in `real`. There is no development split.
 */
export const msuMfsd = defineDataset({
  name: 'msu-mfsd',
  summary: 'MSU-MFSD: 70 live clips and 210 attacks (print, replay on iPad and iPhone) of 35 people; train and test by subject lists',
  paper: 'Wen, Han, Jain: Face Spoof Detection with Image Distortion Analysis, IEEE TIFS 2015',
  layout,
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder that holds scene01 and the two lists' }),
      turn: Type.Optional(
        oneOf(['auto', 'none'], {
          description:
            'auto (default): clips that the release stores upside down are turned by 180 degrees unless their headers say so; none: they are upright, as in a copy that was encoded again',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  async create({ root, turn }, { domain, folder }): Promise<FaceDataset> {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const clips = findClips(index, { parse: parseName, annotation: '.face', known: (id) => release.test(id) }, findings);
    if (clips.length === 0) throw nothingFits(index, domain, layout);
    const splitOf = await readSplits(index, findings);
    reportGaps(clips, splitOf, findings);
    const samples = clips.flatMap((clip) => {
      const split = splitOf.get(clip.name.client);
      return split ? [sampleOf(clip, split, turn)] : [];
    });
    const read = await Promise.all(samples);
    const turned = read.flatMap(({ id, image }) => ('clip' in image && image.turn !== undefined ? [id] : []));
    if (turned.length > 0)
      findings.advise(
        `${turned.length} ${turned.length === 1 ? 'clip is' : 'clips are'} turned by 180 degrees, as the release stores them upside down (${turned[0]} for one); where a copy was encoded again and is upright, set option turn: none (--set turn=none)`,
      );
    const annotations = new Map(clips.map(({ file, annotation }) => [file.id, annotation]));
    return {
      classes: attackOrLive,
      samples: read,
      notes: findings.notes({
        polarity: 'live is scene01/real, attack is scene01/attack',
        official: { train: { live: 30, attack: 90 }, test: { live: 40, attack: 120 } },
      }),
      faces: ({ id, image }) => readFaces('clip' in image ? image.clip : '', annotations.get(id), faceLines),
    };
  },
});

/** Other files of the release: its lists and a Matlab script with a copy of ffmpeg. */
const release = /(^|\/)((train|test)_sub_list\.txt|decframes[^/]*\.m|ffmpeg\/.*)$/i;

interface ClipName {
  readonly key: string;
  /** Without leading zeros. */
  readonly client: number;
  readonly live: boolean;
  readonly camera: string;
  readonly species?: string;
}

const species: Readonly<Record<string, string>> = { ipad_video: 'replay/ipad', iphone_video: 'replay/iphone', printed_photo: 'print' };

function parseName(path: string): ClipName | undefined {
  const match = /(?:^|\/)(real|attack)\/(real|attack)_client(\d+)_(android|laptop)_SD_(?:(ipad_video|iphone_video|printed_photo)_)?scene01$/i.exec(path);
  const [folder, kind, client, camera, instrument] = (match ?? []).slice(1).map((part) => part?.toLowerCase());
  if (!client || !camera || folder !== kind || (kind === 'real') !== (instrument === undefined)) return undefined;
  const what = instrument === undefined ? undefined : species[instrument];
  return {
    key: `${Number(client)} ${camera} ${what}`,
    client: Number(client),
    live: kind === 'real',
    camera,
    ...(what === undefined ? {} : { species: what }),
  };
}

/** The published lists, for copies without them. */
const published: Readonly<Record<'train' | 'test', readonly number[]>> = {
  train: [2, 3, 5, 6, 7, 8, 9, 11, 12, 21, 22, 34, 53, 54, 55],
  test: [1, 13, 14, 23, 24, 26, 28, 29, 30, 32, 33, 35, 36, 37, 39, 42, 48, 49, 50, 51],
};

/** Splits by client; a client is written 1, 01, 001 or client001. */
async function readSplits(index: FileIndex, findings: Findings): Promise<Map<number, Split>> {
  const splits = new Map<number, Split>();
  for (const split of ['train', 'test'] as const) {
    const [file] = index.endingWith(`${split}_sub_list.txt`);
    if (!file) {
      findings.problem(`there is no ${split}_sub_list.txt: its clients come from the published list`);
      for (const client of published[split]) if (!splits.has(client)) splits.set(client, split);
      continue;
    }
    const own = new Set<number>();
    for (const { line, text } of await readListFile(file)) {
      for (const word of text.split(/[\s,;]+/)) {
        const client = Number(/^(?:client)?0*(\d+)$/i.exec(word)?.[1]);
        if (word === '') continue;
        if (Number.isNaN(client)) findings.problem(`${file.id} line ${line}: '${word}' is not a client number`);
        else if (own.has(client)) findings.problem(`${file.id} line ${line}: client ${word} again`);
        else if (splits.has(client)) findings.problem(`client ${word} is in both lists: used as ${splits.get(client)}`);
        else splits.set(client, split);
        own.add(client);
      }
    }
  }
  return splits;
}

function reportGaps(clips: readonly FoundClip<ClipName>[], splitOf: ReadonlyMap<number, Split>, findings: Findings): void {
  const clipsOf = new Map<number, string[]>();
  for (const { file, name } of clips) clipsOf.set(name.client, [...(clipsOf.get(name.client) ?? []), file.id]);
  for (const client of splitOf.keys()) if (!clipsOf.has(client)) findings.absent(named(client));
  for (const [client, those] of clipsOf) {
    if (!splitOf.has(client)) findings.problems(those, (n) => `${named(client)} is in neither list, so ${n} ${n === 1 ? 'clip is' : 'clips are'} not used`);
    else if (those.length < 8) findings.problem(`${named(client)} has ${those.length} of 8 clips`);
  }
}

function named(client: number): string {
  return `client${String(client).padStart(3, '0')}`;
}

/**
 * Live clips of the Android phone that were recorded upside down, by client. The released files say so in their headers; copies that were cut or
 * re-encoded have lost that, and their frames must be rotated.
 */
const upsideDown: readonly number[] = [3, 5, 6, 7, 8, 9];

async function sampleOf(
  { file, name: { client, live, camera, species: what } }: FoundClip<ClipName>,
  split: Split,
  turn: 'auto' | 'none' = 'auto',
): Promise<Sample> {
  const suspect = turn === 'auto' && live && camera === 'android' && upsideDown.includes(client);
  const turned = suspect && (await readVideoHeader(file.path))?.turn === 180;
  return {
    id: file.id,
    video: file.id,
    image: { clip: file.path, ...(suspect && !turned ? { turn: 180 as const } : {}) },
    label: live ? 1 : 0,
    split,
    ...(what === undefined ? {} : { species: what }),
    subject: named(client),
    device: camera,
    session: 'scene01',
  };
}

/** PittPatt's detections, in the upright image. */
const faceLines = {
  columns: 9,
  parse: ([frame = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0, ax = 0, ay = 0, bx = 0, by = 0]: readonly number[]) => ({
    frame,
    face: { box: boxBetween(x1, y1, x2, y2), landmarks: eyes({ x: ax, y: ay }, { x: bx, y: by }) },
  }),
};
