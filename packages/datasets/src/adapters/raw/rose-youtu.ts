import { defineDataset, type Sample, type Split } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { type FoundClip, findClips } from '../../on-disk/find-clips.ts';
import { Findings } from '../../on-disk/findings.ts';

const layout = `<person 2-23>/[<person>_]<label>_<speaking>_<device>_<glasses>_<background>_<person>_<number>.mp4
label G is live; Ps, Pq print; Vl, Vm video; Mc, Mf, Mu, Ml paper masks; speaking T or NT; device HS, HW, IP, 5s or ZTE; glasses g or wg`;

/**
 * ROSE-Youtu (Li, Li, Cao, Wang, Kot: Unsupervised Domain Adaptation for Face Anti-Spoofing, IEEE TIFS 13(7), 2018): the public part, 20 people with
 * numbers from 2 to 23, 3,497 clips. The ten people up to 12 are train, the ten from 13 on test; there is no development split and no face annotation.
 */
export const roseYoutu = defineDataset({
  name: 'rose-youtu',
  summary: 'ROSE-Youtu: 3,497 clips of 20 people on five phones: live, print, video, paper masks; ten people train, ten test',
  paper: 'Li, Li, Cao, Wang, Kot: Unsupervised Domain Adaptation for Face Anti-Spoofing, IEEE TIFS 2018',
  layout,
  options: Type.Object(
    { root: Type.String({ format: 'path', description: 'Folder that holds the clips, or folders of them' }) },
    { additionalProperties: false },
  ),
  async create({ root }, { domain, folder }) {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const clips = findClips(index, { parse: parseName }, findings);
    if (clips.length === 0) throw nothingFits(index, domain, layout);
    const split = clips.filter(({ name }) => name.owner !== undefined && name.owner !== name.person).map(({ file }) => file.id);
    findings.problems(split, (n) => `${n} ${n === 1 ? 'name has' : 'names have'} two different persons: the one near the end is used`);
    return {
      classes: attackOrLive,
      samples: clips.map(sampleOf),
      notes: findings.notes({
        polarity: 'live is G, attack is Ps, Pq, Vl, Vm, Mc, Mf, Mu, Ml',
        official: { train: { all: 1748 }, test: { all: 1749 } },
      }),
    };
  },
});

interface ClipName {
  readonly key: string;
  /** In lower case. */
  readonly label: string;
  readonly device: string;
  readonly background: string;
  readonly person: number;
  /** The person that some copies prefix to the name. */
  readonly owner?: number;
}

/** The paper's table 1: still and quivering paper, screens of a Lenovo and of a Mac, paper masks with eyes and mouth cut out, whole, upper and lower half. */
const species: Readonly<Record<string, string>> = {
  ps: 'print/still',
  pq: 'print/quivering',
  vl: 'replay/lenovo',
  vm: 'replay/mac',
  mc: 'mask/paper-cropped',
  mf: 'mask/paper-full',
  mu: 'mask/paper-upper',
  ml: 'mask/paper-lower',
};

const devices: Readonly<Record<string, string>> = { hs: 'Hasee phone', hw: 'Huawei phone', ip: 'iPad 4', '5s': 'iPhone 5s', zte: 'ZTE phone' };

function parseName(path: string): ClipName | undefined {
  const stem = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const match = /^(?:0*(\d+)_)?(g|ps|pq|vl|vm|mc|mf|mu|ml)_(t|nt)_(hs|hw|ip|5s|zte)_(g|wg)_([a-z0-9]+)_0*(\d+)_(\d+)$/.exec(stem);
  if (!match) return undefined;
  const [, owner, label = '', , device = '', , background = '', person] = match;
  const both = { label, device: devices[device] ?? device, background, person: Number(person) };
  return { key: stem, ...both, ...(owner === undefined ? {} : { owner: Number(owner) }) };
}

/** The last person of the training half. */
const lastOfTraining = 12;

function sampleOf({ file, name: { label, device, background, person } }: FoundClip<ClipName>): Sample {
  const what = species[label];
  const split: Split = person <= lastOfTraining ? 'train' : 'test';
  return {
    id: file.id,
    video: file.id,
    image: { clip: file.path },
    label: what === undefined ? 1 : 0,
    split,
    ...(what === undefined ? {} : { species: what }),
    subject: String(person),
    device,
    session: background.toUpperCase(),
  };
}
