import { cannot, type Dataset, type DatasetContext, defineDataset, definePlugin, type Sample } from '@gradalign/core';
import { decodeImage } from '@gradalign/core/images';
import { attackOrLive, recaptureBenchmark } from '@gradalign/datasets';
import { Type } from '@sinclair/typebox';

/**
 * One domain of the recapture benchmark as raw pixels out of the middle of each frame, at the frame's own resolution: screens and prints betray
 * themselves by fine patterns, which shrinking the whole frame would blur. Read once a process, however many runs it trains.
 */
const recaptureCrops = defineDataset({
  name: 'recapture-crops',
  summary: 'The middle of each frame of the recapture benchmark, at its own resolution',
  options: Type.Object(
    {
      root: Type.String({ format: 'path', description: 'Folder that the benchmark was written to' }),
      domain: Type.String({ description: 'Which domain' }),
      side: Type.Integer({ minimum: 8, default: 48, description: 'Pixels of the crop, each way' }),
    },
    { additionalProperties: false },
  ),
  create({ root, domain, side }, context): Promise<Dataset> {
    const key = JSON.stringify([root, domain, side]);
    const made = read.get(key) ?? crops(root, domain, side, context);
    read.set(key, made);
    return made;
  },
});

const read = new Map<string, Promise<Dataset>>();

async function crops(root: string, domain: string, side: number, context: DatasetContext): Promise<Dataset> {
  const { samples } = await recaptureBenchmark.create({ root, domain: domain as 'webcam' }, context);
  const cropped: Sample[] = [];
  for (const sample of samples) cropped.push({ ...sample, image: await middle(sample, side) });
  return { classes: attackOrLive, samples: cropped };
}

async function middle({ id, image: source }: Sample, side: number): Promise<Sample['image']> {
  const { image } = await decodeImage(source, { channels: 3 });
  const { width, height, data } = image;
  if (width < side || height < side) throw cannot(`crop ${id}`, `it has ${width} x ${height} pixels`, `at least ${side} x ${side}`);
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const pixels = new Uint8Array(side * side * 3);
  for (let row = 0; row < side; row++) {
    const start = ((top + row) * width + left) * 3;
    pixels.set(data.subarray(start, start + side * 3), row * side * 3);
  }
  return { pixels, width: side, height: side, channels: 3 };
}

export default definePlugin({ name: 'frame-crops', items: [recaptureCrops] });
