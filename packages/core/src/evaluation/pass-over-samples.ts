import * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../contracts/dataset.ts';
import type { ModelOutput } from '../contracts/model.ts';
import { silentReporter } from '../contracts/reporter.ts';
import type { ImageLoader } from '../images/image-loader.ts';
import type { Scoring } from './scoring.ts';

/** What one pass goes over, and with what. */
export interface PassOptions {
  readonly scoring: Scoring;
  /** Names the samples in progress and warnings. */
  readonly domain: string;
  /** All of them are used: to take only some frames of a video, choose them beforehand. */
  readonly samples: readonly Sample[];
  /** Called for each image that cannot be read; default: one warning that names the first three. */
  readonly onBroken?: (sample: Sample, message: string) => void;
}

/**
 * One forward pass over samples, with running statistics and without augmentation; `measure` turns what the model returns into one row of numbers per
 * sample, [n, m]. Images that cannot be read are left out.
 */
export async function passOverSamples(
  { scoring, domain, samples, onBroken }: PassOptions,
  what: string,
  measure: (output: ModelOutput, samples: readonly Sample[]) => tf.Tensor2D,
): Promise<{ readonly sample: Sample; readonly values: number[] }[]> {
  const { model, loader, batch, signal, reporter = silentReporter } = scoring;
  const { size, channels } = loader.image;
  const measured: { sample: Sample; values: number[] }[] = [];
  const broken: string[] = [];
  const parts = Array.from({ length: Math.ceil(samples.length / batch) }, (_, i) => samples.slice(i * batch, (i + 1) * batch));
  let next = parts[0] && loadPart(loader, parts[0]);
  for (const [i, part] of parts.entries()) {
    signal?.throwIfAborted();
    const loaded = await (next as NonNullable<typeof next>);
    const following = parts[i + 1];
    next = following && loadPart(loader, following);
    const unreadable = new Set(loaded.broken.map(({ index }) => index));
    for (const { index, message } of loaded.broken) {
      if (onBroken) onBroken(part[index] as Sample, message);
      else {
        broken.push(message);
        scoring.onUnreadable?.(domain, part[index] as Sample, message);
      }
    }
    const rows = tf.tidy(() => {
      const images = tf.tensor4d(loaded.data, [part.length, size, size, channels]);
      return measure(model.apply(images, { training: false }), part);
    });
    const values = await rows.array();
    rows.dispose();
    loader.recycle?.(loaded.data);
    part.forEach((sample, row) => {
      if (!unreadable.has(row)) measured.push({ sample, values: values[row] as number[] });
    });
    reporter.progress({ phase: `${what} ${domain}`, done: Math.min((i + 1) * batch, samples.length), total: samples.length, unit: 'images' });
  }
  if (broken.length > 0) {
    const more = broken.length > 3 ? ` (and ${broken.length - 3} more)` : '';
    reporter.warn(`${broken.length} of ${samples.length} images of '${domain}' were left out: ${broken.slice(0, 3).join('; ')}${more}`);
  }
  return measured;
}

function loadPart(loader: ImageLoader, part: readonly Sample[]): ReturnType<ImageLoader['load']> {
  const loading = loader.load(part.map(({ image }) => ({ source: image, views: 1 })));
  // Awaited one batch later: a failure before that must not count as unhandled.
  loading.catch(() => {});
  return loading;
}
