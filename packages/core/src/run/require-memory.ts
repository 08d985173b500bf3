import { totalmem } from 'node:os';
import { cannot } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';

/** What `requireMemory` looks at. */
export type MemorySettings = Pick<Experiment, 'data' | 'evaluate'>;

/**
 * Refuses settings whose pictures alone do not fit into this machine, before anything is read. The images of a step are held twice as float32: as they are
 * loaded, and as a tensor. What a model makes of them comes on top and is not known here.
 *
 * @param available Bytes; default: those of this machine, or of its container.
 * @param whose Who has them, for the message.
 * @throws UserError, exit code 2, that names the settings.
 */
export function requireMemory({ data, evaluate }: MemorySettings, available = usableMemory(), whose = 'this machine has'): void {
  const { size, mean } = data.image;
  const image = 4 * size ** 2 * mean.length;
  const domains = Object.keys(data.source).length;
  const { perDomain } = data.batch;
  const step = 2 * domains * perDomain * data.views * image;
  const refuse = (what: string, bytes: number, expected: string) =>
    cannot('train', `${what} take ${gigabytes(bytes)} of memory and ${whose} ${gigabytes(available)}`, expected, { exitCode: 2 });
  if (step > available)
    throw refuse(
      `the images of a step (${domains} domains x ${perDomain} samples x ${data.views} views of ${size} x ${size} x ${mean.length} numbers, held twice)`,
      step,
      'a smaller data.batch.perDomain, data.image.size or data.views',
    );
  const scored = 2 * evaluate.batch * image;
  if (scored > available)
    throw refuse(`${evaluate.batch} images of ${size} x ${size} in a forward pass`, scored, 'a smaller evaluate.batch or data.image.size');
  const cache = data.cacheMegabytes * 2 ** 20;
  if (cache > available) throw refuse(`decoded images in data.cacheMegabytes may`, cache, 'a smaller data.cacheMegabytes');
}

/** In bytes: that of the machine, or the limit of the container if that is less. */
export function usableMemory(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
