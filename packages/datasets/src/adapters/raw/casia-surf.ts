import { defineDataset, type Split } from '@gradalign/core';
import { imageEnding } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { type FileIndex, indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { Findings } from '../../on-disk/findings.ts';
import type { FileEntry } from '../../on-disk/folder-tree.ts';
import { frameNumber } from '../../on-disk/image-file.ts';
import { splitOf } from '../../on-disk/words.ts';
import { type Frame, frameSamples } from '../../samples/frame-samples.ts';
import { listOption, modalityOption, ofModality, readModalityLists } from './modality-lists.ts';

const layout = `Data/{Training,Val,Testing}/{real_part,fake_part}/CLKJ_AS0005/{real.rssdk,01_e_s.rssdk}/{color,depth,ir}/91.jpg
protocol/CASIA_SURF@p1_{image,video}_{train,dev,test}.txt: path label, 0 is live
or the challenge's train_list.txt, val_private_list.txt, test_private_list.txt: color depth ir label, 1 is live`;

/**
 * CASIA-SURF (Zhang et al., CVPR 2019): clips of 1,000 people, as frames. Attacks are printed faces with parts cut out (e eyes, n nose, m mouth), flat
 * (s) or bent (b). Where there are lists, they select the frames. Labels are reversed between the challenge release and the later
 * protocol, so the folders real_part and fake_part decide.
 */
export const casiaSurf = defineDataset({
  name: 'casia-surf',
  summary: 'CASIA-SURF: frames of 1,000 people with depth and infrared; print with cut-out parts; Training, Val, Testing',
  paper: 'Zhang, Wang, Liu, Zhao, Wan, Escalera, Shi, Wang, Li: A Dataset and Benchmark for Large-scale Multi-modal Face Anti-spoofing, CVPR 2019',
  layout,
  options: Type.Object(
    { root: Type.String({ format: 'path', description: 'Folder that holds Data and the lists' }), modality: modalityOption, live: listOption },
    { additionalProperties: false },
  ),
  async create({ root, modality, live }, { domain, folder }) {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const lists = listsOf(index);
    const told = (path: string) => (/(^|\/)real_part\//i.test(path) ? 1 : /(^|\/)fake_part\//i.test(path) ? 0 : undefined);
    const listed = await readModalityLists({ index, lists, modality, live, told, otherwise: ({ paths }) => (paths.length > 1 ? 1 : 0), findings });
    const frames = [...listed.frames.map(({ file, label, split }) => frameOf(file, label, split)), ...unlisted(index, lists, modality, findings)];
    if (frames.length === 0) throw nothingFits(index, domain, layout);
    return {
      classes: attackOrLive,
      samples: frameSamples(frames, findings),
      notes: findings.notes({
        polarity: listed.polarity || 'live: in folder real_part; attack: in folder fake_part',
        official: {
          train: { live: 300, attack: 900, images: 29_266 },
          dev: { live: 100, attack: 300, images: 9608 },
          test: { all: 2391, images: 57_710 },
        },
      }),
    };
  },
});

/** The best list of each split: images before videos; public lists of the challenge have no labels. */
function listsOf({ files }: FileIndex): { file: FileEntry; split: Split }[] {
  const found = files.flatMap((file) => {
    const [, protocol = '', of = '', challenge = ''] =
      /(?:@p1_(image|video)_(train|dev|val|test)|(?:^|[/_-])(train(?:ing)?|val|dev|test(?:ing)?)(?:_private)?(?:_?(?:list|label))?)\.txt$/i.exec(file.id) ?? [];
    const split = splitOf(of || challenge);
    return split ? [{ file, split, rank: protocol === '' ? 1 : protocol.toLowerCase() === 'image' ? 0 : 2 }] : [];
  });
  return (['train', 'dev', 'test'] as const).flatMap((split) => found.filter((list) => list.split === split).sort((a, b) => a.rank - b.rank)[0] ?? []);
}

/** Frames of splits without a list, by their folders; reports what matches nothing. */
function unlisted(index: FileIndex, lists: readonly { split: Split }[], modality: string, findings: Findings): Frame[] {
  const withoutList = new Set<Split>();
  const frames = index.files.flatMap((file): Frame[] => {
    const [, part = '', kind = ''] =
      /(?:^|\/)(Training|Val|Testing)\/(real|fake)_part\/[^/]+\/[^/]+\/(?:color|depth|ir)\/\d+\.[^./]+$/i.exec(imageEnding.test(file.id) ? file.id : '') ?? [];
    const split = splitOf(part);
    if (!split) {
      if (!/\.txt$/i.test(file.id) && !/(^|\/)(Training|Val|Testing)\/(\d+\/)?\d+-(color|depth|ir)\.[^./]+$/i.test(file.id)) findings.unmatched(file.id);
      return [];
    }
    if (lists.some((list) => list.split === split) || !ofModality(file.id, modality)) return [];
    withoutList.add(split);
    return [frameOf(file, kind.toLowerCase() === 'real' ? 1 : 0, split)];
  });
  for (const split of withoutList) findings.problem(`${split} has no list: every ${modality} frame in its folders is taken`);
  return frames;
}

/** A frame of a clip's folder; those of the challenge's validation and test stand alone, since it hides their subjects. */
function frameOf(file: FileEntry, label: 0 | 1, split: Split): Frame {
  const video = /^(.*\/[^/]+\.rssdk\/[^/]+)\/[^/]+$/i.exec(file.id)?.[1];
  const name = video === undefined ? file.name : video.split('/').slice(-3, -1).join('_');
  const frame = frameNumber(file.name);
  return {
    file,
    label,
    split,
    set: 'casia-surf',
    name,
    ...(video === undefined ? {} : { video }),
    ...(video === undefined || frame === undefined ? {} : { frame }),
  };
}
