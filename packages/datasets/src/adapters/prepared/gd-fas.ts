import { defineDataset } from '@gradalign/core';
import { imageEnding } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { Findings } from '../../on-disk/findings.ts';
import { frameSamples } from '../../samples/frame-samples.ts';
import { chooseSets, domainOption } from './choose-sets.ts';
import { readVideoFolders } from './video-folders.ts';

const layout = `<set>/{train,test}/{live,attack}/<video>/<image>, every 5th frame
as JPEG or PNG; sets are called OULU, CASIA, REPLAY, MSU or as people like`;

/**
 * Crops as GD-FAS's code reads them: the detector's box with a padding of 0.6. Live images are in `live`. Subject, species and device are
 * read from the video's name, by the naming rules of its own set.
 */
export const gdFas = defineDataset({
  name: 'gd-fas',
  summary: 'crops prepared as GD-FAS does: <set>/{train,test}/{live,attack}/<video>/<image>',
  paper: 'Jung et al.: Group-wise Scaling and Orthogonal Decomposition for Domain-Invariant Feature Extraction in Face Anti-Spoofing, ICCV 2025',
  layout,
  options: Type.Object(
    { root: Type.String({ format: 'path', description: 'Folder of one data set, or one that holds several' }), domain: domainOption },
    { additionalProperties: false },
  ),
  async create({ root, domain: wanted }, { domain, folder }) {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const frames = readVideoFolders(index, { isFrame: (name) => imageEnding.test(name) || undefined }, findings);
    if (frames.length === 0) throw nothingFits(index, domain, layout);
    const sets = chooseSets(new Set(frames.map(({ set }) => set)), { wanted, domain, adapter: 'gd-fas' });
    const samples = frameSamples(
      frames.filter(({ set }) => sets.includes(set)),
      findings,
      sets.length > 1,
    );
    return { classes: attackOrLive, samples, notes: findings.notes({ polarity: 'live: in folder live; attack: in folder attack' }) };
  },
});
