import { createSeed, evenlySpread, type ImageSource, type Sample, type TrainedRun } from '@gradalign/core';

/** Images in 0..255 with the samples that they are of, where they are of data. */
export interface ChosenImages {
  /** [n, size, size, channels] */
  readonly raw: Float32Array;
  readonly samples: readonly Sample[];
  /** What they are, for people. */
  readonly from: string;
}

/** So many images of the run's sources, evenly over all samples; drawn ones where the data are not there. */
export async function checkImages(run: TrainedRun, count: number): Promise<ChosenImages> {
  const { data, samples } = await imagesOf(run, await sourceSamples(run), count);
  if (samples.length === 0) return { ...(await drawnImages(run, count)), samples };
  return { raw: toRaw(run, data), samples, from: 'source images' };
}

/** At most so many of these images, evenly over all, normalized; those that cannot be read are left out. */
export async function imagesOf(
  run: TrainedRun,
  samples: readonly Sample[],
  count: number,
): Promise<{ readonly data: Float32Array; readonly samples: readonly Sample[] }> {
  const chosen = evenlySpread(samples.length, count).map((at) => samples[at] as Sample);
  if (chosen.length === 0) return { data: new Float32Array(), samples: [] };
  const { data, broken } = await run.loader.load(chosen.map(({ image }) => ({ source: image, views: 1 })));
  const unreadable = new Set(broken.map(({ index }) => index));
  const length = run.loader.image.size ** 2 * run.loader.image.channels;
  const readable = chosen.flatMap((sample, i) => (unreadable.has(i) ? [] : [{ sample, data: data.slice(i * length, (i + 1) * length) }]));
  return { data: joined(readable.map((one) => one.data)), samples: readable.map(({ sample }) => sample) };
}

/** The images as the run's model takes them. */
export function normalized({ experiment }: Pick<TrainedRun, 'experiment'>, raw: Float32Array): Float32Array {
  const { mean, std } = experiment.data.image;
  return raw.map((value, i) => (value / 255 - (mean[i % mean.length] as number)) / (std[i % std.length] as number));
}

/** What the loader gives, in 0..255 again. */
export function toRaw({ experiment }: Pick<TrainedRun, 'experiment'>, data: Float32Array): Float32Array {
  const { mean, std } = experiment.data.image;
  return data.map((value, i) => 255 * (value * (std[i % std.length] as number) + (mean[i % mean.length] as number)));
}

async function sourceSamples(run: TrainedRun): Promise<readonly Sample[]> {
  try {
    return (await run.domains()).sources.flatMap(({ samples, heldOut }) => [...samples, ...heldOut]);
  } catch (error) {
    run.reporter.notice(`the run's data cannot be read, so drawn pictures are taken instead: ${(error as Error).message}`);
    return [];
  }
}

/** Smooth waves of random direction and color with noise on them: the same on every machine. */
async function drawnImages(run: TrainedRun, count: number): Promise<{ readonly raw: Float32Array; readonly from: string }> {
  const side = 96;
  const sources = Array.from({ length: count }, (_, n): ImageSource => {
    const random = createSeed(1).stream('drawn').at(n);
    const waves = [0, 1, 2].map(() => [random.uniform(-0.2, 0.2), random.uniform(-0.2, 0.2), random.uniform(0, 6.28)] as const);
    const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
      const [across, down, phase] = waves[i % 3] as readonly [number, number, number];
      return Math.round(127 + 90 * Math.sin(across * x + down * y + phase) + random.uniform(-30, 30));
    });
    return { pixels, width: side, height: side, channels: 3 };
  });
  const { data } = await run.loader.load(sources.map((source) => ({ source, views: 1 })));
  return { raw: toRaw(run, data), from: 'drawn pictures' };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
