import { defineDataset, type Sample } from '@gradalign/core';
import { imageEnding } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { byCodePoint } from '../../on-disk/code-point-order.ts';
import { indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { Findings } from '../../on-disk/findings.ts';
import type { FileEntry } from '../../on-disk/folder-tree.ts';
import { labelOf, splitOf } from '../../on-disk/words.ts';

const layout = `LCC_FASD_{training,development}/{real,spoof}/<image>.png
LCC_FASD_evaluation/{real,spoof}_<image>.png, or in folders real and spoof`;

/**
 * LCC_FASD (Timoshenko et al., 2019): crowd-collected single images, all attacks replayed on screens. Live images are in `real`, or are named
 * so. Names like FT720P_G780_REDMI4X_id0_s0_15 give person, session and camera; others give nothing.
 */
export const lccFasd = defineDataset({
  name: 'lcc-fasd',
  summary: 'LCC_FASD: 18,827 images, 1,942 of them live, attacks replayed on screens; training, development, evaluation',
  paper: 'Timoshenko, Simonchik, Shutov, Zhelezneva, Grishkin: Large Crowdcollected Facial Anti-Spoofing Dataset, CSIT 2019',
  layout,
  options: Type.Object({ root: Type.String({ format: 'path', description: 'Folder that holds the three LCC_FASD folders' }) }, { additionalProperties: false }),
  async create({ root }, { domain, folder }) {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const samples = index.files.flatMap((file): Sample[] => {
      const sample = imageEnding.test(file.id) ? sampleOf(file) : undefined;
      if (!sample && !/^read[ _-]?me/i.test(file.name)) findings.unmatched(file.id);
      return sample ? [sample] : [];
    });
    if (samples.length === 0) throw nothingFits(index, domain, layout);
    for (const [split, part] of parts) if (!samples.some((sample) => sample.split === split)) findings.absent(`LCC_FASD_${part}`);
    return {
      classes: attackOrLive,
      samples: samples.sort((a, b) => byCodePoint(a.id, b.id)),
      notes: findings.notes({
        polarity: 'live: in folder real or named real_...; attack: in folder spoof or named spoof_...',
        official: { train: { live: 1223, attack: 7076 }, dev: { live: 405, attack: 2543 }, test: { live: 314, attack: 7266 } },
      }),
    };
  },
});

const parts = [
  ['train', 'training'],
  ['dev', 'development'],
  ['test', 'evaluation'],
] as const;

function sampleOf({ id, name, path }: FileEntry): Sample | undefined {
  const [, part = '', rest = ''] = /(?:^|\/)LCC_FASD_(training|development|evaluation)\/(.+)$/i.exec(id) ?? [];
  const [, word = ''] = /^(real|spoof)[/_][^/]+$/i.exec(rest) ?? [];
  const split = splitOf(part);
  const label = labelOf(word);
  if (!split || label === undefined) return undefined;
  const [, camera, person, session] = /(?:^|_)([A-Za-z0-9-]+)_(id\d+)_(s\d+)_\d+\.[^.]*$/.exec(name) ?? [];
  return {
    id,
    image: { path },
    label,
    split,
    ...(label === 0 ? { species: 'replay' } : {}),
    ...(person === undefined ? {} : { subject: person }),
    ...(camera === undefined ? {} : { device: camera }),
    ...(session === undefined ? {} : { session }),
  };
}
