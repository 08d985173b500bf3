import { createSeed, defineDataset, type Sample } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { mnistSide, readMnist } from './mnist-files.ts';
import { grayRotation } from './rotate-gray.ts';

const angles = [0, 15, 30, 45, 60, 75] as const;
const testShare = 0.2;

/**
 * Rotated MNIST as DomainBed defines it (Gulrajani and Lopez-Paz, ICLR 2021): the 70,000 images of both parts of MNIST are shuffled, domain i takes every
 * sixth from the i-th on and rotates them by its angle. Ten classes, 28 x 28, gray. A data set is one domain; the six of one `shuffleSeed` are disjoint.
 *
 * A fifth of each domain, drawn with the same seed, is its test split. Neither depends on the seed of the run.
 */
export const rotatedMnist = defineDataset({
  name: 'rotated-mnist',
  summary: 'MNIST rotated by 0, 15, 30, 45, 60 or 75 degrees: ten classes, one domain per angle',
  paper: 'Ghifary et al., ICCV 2015, arXiv 1508.07680; as in Gulrajani and Lopez-Paz, ICLR 2021, arXiv 2007.01434',
  options: Type.Object(
    {
      angle: Type.Unsafe<(typeof angles)[number]>({
        type: 'number',
        enum: [...angles],
        description: 'Degrees counterclockwise: selects one of the six domains',
      }),
      limit: Type.Optional(
        Type.Integer({ minimum: 10, description: 'Images of the domain, both splits together; default: all 11,667 (11,666 from 60 degrees on)' }),
      ),
      shuffleSeed: Type.Integer({
        minimum: 0,
        default: 0,
        description: 'Assigns images to domains and splits; use the same for all domains of an experiment',
      }),
    },
    { additionalProperties: false },
  ),
  async create({ angle, limit, shuffleSeed }) {
    const { pixels, labels } = await readMnist();
    const seed = createSeed(shuffleSeed);
    const order = seed.stream('rotated-mnist').at().shuffle(Array.from(labels.keys()));
    const domain = angles.indexOf(angle);
    const chosen = order.filter((_, i) => i % angles.length === domain).slice(0, limit);
    const inTest = new Set(
      seed
        .stream('rotated-mnist test split')
        .at(angle)
        .shuffle(chosen)
        .slice(0, Math.round(chosen.length * testShare)),
    );
    const rotate = grayRotation(mnistSide, angle);
    const size = mnistSide * mnistSide;
    const samples = chosen.map((index): Sample => {
      const turned = rotate(pixels.subarray(index * size, (index + 1) * size));
      return {
        id: `mnist-${String(index).padStart(5, '0')}`,
        image: { pixels: turned, width: mnistSide, height: mnistSide, channels: 1 },
        label: labels[index] as number,
        split: inTest.has(index) ? 'test' : 'train',
      };
    });
    return { classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], samples };
  },
});
