import { defineDataset } from '@gradalign/core';
import { imageEnding } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { indexFiles, nothingFits } from '../../on-disk/file-index.ts';
import { Findings } from '../../on-disk/findings.ts';
import { oneOf } from '../../on-disk/one-of.ts';
import { frameSamples } from '../../samples/frame-samples.ts';
import { chooseSets, domainOption } from './choose-sets.ts';
import { readVideoFolders } from './video-folders.ts';

const layout = `{oulu,casia,replay,msu}/{train,test}/{live,spoof}/<video>/crop_0000.jpg, every 5th frame
or as SAFAS's script leaves them: preposess/<set>_<split>_{live,spoof}_<video>/crop_0000.jpg
beside the crops, org_, square400_ and infov1_ files may lie`;

/**
 * Crops as SAFAS's code (Sun et al., CVPR 2023) makes them and the released GAC-FAS code (Le, Woo, CVPR 2024) reads them: MTCNN's box,
 * tight and unaligned. Live images are in `live`. Subject, species and device are read from the video's name, by the naming rules of its own set.
 */
export const safas = defineDataset({
  name: 'safas',
  summary: 'crops prepared as SAFAS and the released GAC-FAS code do: <set>/<split>/{live,spoof}/<video>/crop_%04d.jpg',
  paper: 'Sun, Liu, Liu, Li, Chu: Rethinking Domain Generalization for Face Anti-spoofing, CVPR 2023',
  layout,
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder of one data set, or one that holds several' }),
      domain: domainOption,
      image: oneOf(['crop', 'org', 'square400'], {
        default: 'crop',
        description: 'Which images of a frame: the face, the whole frame, or the rotated square of 400 pixels',
      }),
    },
    { additionalProperties: false },
  ),
  async create({ root, domain: wanted, image }, { domain, folder }) {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const isFrame = (name: string) => {
      const kind = /^(crop|org|square400)_\d+\.[^.]+$/i.exec(imageEnding.test(name) ? name : '')?.[1]?.toLowerCase();
      return kind === undefined ? (/^infov1_\d+\.npy$/i.test(name) ? false : undefined) : kind === image;
    };
    const frames = readVideoFolders(index, { isFrame, flat: true }, findings);
    if (frames.length === 0) throw nothingFits(index, domain, layout);
    const sets = chooseSets(new Set(frames.map(({ set }) => set)), { wanted, domain, adapter: 'safas' });
    const samples = frameSamples(
      frames.filter(({ set }) => sets.includes(set)),
      findings,
      sets.length > 1,
    );
    return { classes: attackOrLive, samples, notes: findings.notes({ polarity: 'live: in folder live; attack: in folder spoof' }) };
  },
});
