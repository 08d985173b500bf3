import { cannot, defineDataset, type Sample, type Split } from '@gradalign/core';
import { imageEnding } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { choose, numberOrName } from '../../on-disk/choose-protocol.ts';
import { type FileIndex, indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { Findings } from '../../on-disk/findings.ts';
import type { FileEntry } from '../../on-disk/folder-tree.ts';
import { frameNumber } from '../../on-disk/image-file.ts';
import { splitOf } from '../../on-disk/words.ts';
import { type Frame, frameSamples } from '../../samples/frame-samples.ts';
import { type ListedFrame, listOption, modalityOption, ofModality, readModalityLists } from './modality-lists.ts';

const layout = `Ethnicity/{AF,CA,EA}/AF-000/<race>_<id>_<device>_<session>_<pai>/{color,depth,ir}/0001.jpg
Mask/{3D-Mask,Silicone-Mask}/<id>/<seven numbers>/{color,depth,ir}/0001.jpg
protocol/CASIA_CeFA@p1.1_{image,video}_{train,dev,test}.txt: path label, 0 is live
or the challenge's train/<clip>/profile/0001.jpg and 4@1_{train,dev_ref,test_ref}.txt: path label, 1 is live`;

/** Ethnicities and attack instruments of a protocol: of train and dev, and of test. */
interface Protocol {
  readonly learned: { readonly races: string; readonly pais: string };
  readonly tested: { readonly races: string; readonly pais: string };
  /** Clips of train, dev and test, as stated by the authors. */
  readonly clips: readonly [number, number, number];
}

const protocols: Readonly<Record<string, Protocol>> = {
  '1.1': { learned: { races: '1', pais: '124' }, tested: { races: '23', pais: '124' }, clips: [800, 400, 2723] },
  '1.3': { learned: { races: '2', pais: '124' }, tested: { races: '13', pais: '124' }, clips: [800, 400, 2723] },
  '1.5': { learned: { races: '3', pais: '124' }, tested: { races: '12', pais: '124' }, clips: [800, 400, 2723] },
  '2.1': { learned: { races: '123', pais: '12' }, tested: { races: '123', pais: '14' }, clips: [1800, 900, 2323] },
  '2.2': { learned: { races: '123', pais: '14' }, tested: { races: '123', pais: '12' }, clips: [1200, 600, 2923] },
  '4.1': { learned: { races: '1', pais: '14' }, tested: { races: '23', pais: '12' }, clips: [400, 200, 2323] },
  '4.3': { learned: { races: '2', pais: '14' }, tested: { races: '13', pais: '12' }, clips: [400, 200, 2323] },
  '4.5': { learned: { races: '3', pais: '14' }, tested: { races: '12', pais: '12' }, clips: [400, 200, 2323] },
};
const challenges = ['4@1', '4@2', '4@3'];

/**
 * CASIA-SURF CeFA (Liu et al., WACV 2021): clips of 1,500 people of three ethnicities, as frames, and of masks. The last number of a clip's name is its
 * instrument: 1 live, 2 cloth, 3 picture, 4 screen. People 0 to 199 are train, 200 to 299 dev, 300 to 499 and masks test. Protocols follow the authors'
 * rules where their lists are missing. Lists of the challenge hide the clips' names; there 1 is live, in later lists 0.
 */
export const cefa = defineDataset({
  name: 'cefa',
  summary: 'CASIA-SURF CeFA: frames of 1,500 people of three ethnicities; print on cloth, screen, masks; protocols 1, 2, 4 and the challenge',
  paper: 'Liu, Tan, Wan, Escalera, Guo, Li: CASIA-SURF CeFA: A Benchmark for Multi-modal Cross-ethnicity Face Anti-spoofing, WACV 2021',
  layout,
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder that holds Ethnicity, or the phases of the challenge' }),
      protocol: Type.Optional(
        numberOrName({
          description: `${[...Object.keys(protocols), ...challenges].join(', ')}; default: all clips, split by person, or those in the lists of the challenge`,
        }),
      ),
      modality: modalityOption,
      live: listOption,
    },
    { additionalProperties: false },
  ),
  async create({ root, protocol, modality, live }, { domain, folder }) {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const chosen = protocol === undefined ? undefined : choose(domain, 'protocol', protocol, [...Object.keys(protocols), ...challenges]);
    const clips = clipFrames(index, modality, findings);
    const lists = listsOf(
      index,
      chosen,
      index.files.some(({ id }) => /(^|\/)profile\/[^/]+$/i.test(id)),
    );
    if (lists.length === 0 && chosen?.includes('@')) throw cannot(`read data set '${domain}'`, `${index.root} holds no list ${chosen}_train.txt`, layout);
    const listed = await readModalityLists({ index, lists, modality, live, told, otherwise: ({ where }) => (/@p/i.test(where) ? 0 : 1), findings });
    const frames = listed.frames.length > 0 ? listed.frames : clips.flatMap((one) => inProtocol(one, chosen === undefined ? undefined : protocols[chosen]));
    if (frames.length === 0) throw nothingFits(index, domain, layout);
    const rule = chosen === undefined ? undefined : protocols[chosen];
    return {
      classes: attackOrLive,
      samples: withMasks(frameSamples(frames.map(frameOf), findings)),
      notes: findings.notes({
        polarity: listed.polarity || "the last number of a clip's name is 1 for live, 2 to 4 for attack; masks are attacks",
        ...(rule ? { official: { train: { all: rule.clips[0] }, dev: { all: rule.clips[1] }, test: { all: rule.clips[2] } } } : {}),
      }),
    };
  },
});

const clipFolder = /(?:^|\/)([123])_(\d{3})_(\d)_(\d)_([1-4])\/(?:[^/]+)$/;
const maskFolder = /(?:^|\/)(3D-Mask|Silicone-Mask)\/(?:[^/]+\/)?([12])_(\d{3})_[01]_[01]_\d_\d_\d\/(?:[^/]+)$/i;

interface ClipFrame extends ListedFrame {
  readonly race: string;
  readonly pai: string;
}

/** Frames of one modality in folders whose names identify them; reports files that match no rule. */
function clipFrames(index: FileIndex, modality: string, findings: Findings): ClipFrame[] {
  return index.files.flatMap((file): ClipFrame[] => {
    const folder = file.id.slice(0, Math.max(0, file.id.lastIndexOf('/')));
    const [, race = '', id = '', , , pai = ''] = clipFolder.exec(folder) ?? [];
    const mask = maskFolder.test(folder);
    if (!imageEnding.test(file.name) || (race === '' && !mask && !/(^|\/)\d{4,}\/(profile|color|depth|ir)$/i.test(folder))) {
      if (!/\.(txt|pdf|md)$/i.test(file.name)) findings.unmatched(file.id);
      return [];
    }
    if (!ofModality(file.id, modality)) return [];
    if (mask) return [{ file, label: 0, split: 'test', race: '', pai: 'mask' }];
    const split = Number(id) < 200 ? 'train' : Number(id) < 300 ? 'dev' : 'test';
    return race === '' ? [] : [{ file, label: pai === '1' ? 1 : 0, split, race, pai }];
  });
}

function inProtocol(frame: ClipFrame, protocol: Protocol | undefined): ListedFrame[] {
  if (!protocol) return [frame];
  const side = frame.split === 'test' ? protocol.tested : protocol.learned;
  return frame.pai === 'mask' || (side.races.includes(frame.race) && side.pais.includes(frame.pai)) ? [frame] : [];
}

/** The lists of a protocol, images before clips; those of the challenge in its release, where nothing else identifies most clips. */
function listsOf({ files }: FileIndex, protocol: string | undefined, isChallenge: boolean): { file: FileEntry; split: Split }[] {
  const found = files.flatMap((file) => {
    const [, later = '', kind = '', of = '', challenge = '', part = ''] =
      /(?:CeFA@p(\d(?:\.\d)?)_(image|video)_(train|dev|test)|(?:^|\/)(4@\d)_(train|dev|test)(?:_(?:ref|res))?)\.txt$/i.exec(file.id) ?? [];
    const split = splitOf(of || part);
    const wanted = protocol === undefined ? challenge !== '' && isChallenge : protocol === (later || challenge);
    // A _res list is for the participants' scores and has no labels.
    return split && wanted && !/_res\.txt$/i.test(file.id) ? [{ file, split, rank: kind.toLowerCase() === 'video' ? 1 : 0 }] : [];
  });
  const best = Math.min(...found.map(({ rank }) => rank));
  return found.filter(({ rank }) => rank === best);
}

/** The label that a clip's name in a path implies. */
function told(path: string): 0 | 1 | undefined {
  const pai = /(?:^|\/)[123]_\d{3}_\d_\d_([1-4])(?=\/|$)/.exec(path.replaceAll('\\', '/'))?.[1];
  return pai === undefined ? (/(?:3D|Silicone)-Mask\//i.test(path) ? 0 : undefined) : pai === '1' ? 1 : 0;
}

function frameOf({ file, label, split }: ListedFrame): Frame {
  const video = file.id.slice(0, Math.max(0, file.id.lastIndexOf('/')));
  const frame = frameNumber(file.name);
  return { file, label, split, set: 'cefa', name: video.split('/').at(-2) ?? '', video, ...(frame === undefined ? {} : { frame }) };
}

/** Masks have names of their own. */
function withMasks(samples: readonly Sample[]): Sample[] {
  return samples.map((sample) => {
    const [, kind, type, id] = maskFolder.exec(sample.video ?? '') ?? [];
    if (kind === undefined) return sample;
    return { ...sample, species: /^3d/i.test(kind) ? 'mask/3d' : 'mask/silicone', subject: `mask${type}_${id}` };
  });
}
