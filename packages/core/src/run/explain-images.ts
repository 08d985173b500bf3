import * as tf from '@tensorflow/tfjs-core';
import type { ImageSource } from '../contracts/dataset.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import { gradCam } from '../evaluation/grad-cam.ts';
import type { TrainedRun } from './trained-run.ts';

/** An image as a network saw it, and where it looked. */
export interface Explanation {
  /** Row by row, 0..255: `size * size * channels`. */
  readonly pixels: Uint8Array;
  readonly size: number;
  readonly channels: 1 | 3;
  /** Row by row, 0..1, the largest 1: `height * width`; all 0 where nothing in the picture spoke for it. See `gradCam`. */
  readonly map: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** Images in a forward and a backward pass. */
const batch = 8;

/**
 * Grad-CAM of a trained run over images, without augmentation: what spoke for live (`evidence` 1) or for an attack (-1).
 *
 * @returns one a image, undefined where it cannot be read; or why there is none: the network has no spatial map, or tells more than two classes apart
 */
export async function explainImages(
  run: Pick<TrainedRun, 'model' | 'risk' | 'loader' | 'classes' | 'experiment'>,
  images: readonly { readonly image: ImageSource; readonly evidence: 1 | -1 }[],
): Promise<readonly (Explanation | undefined)[] | Unavailable> {
  const { model, risk, loader, classes, experiment } = run;
  const { spatial } = model;
  if (!spatial) return { error: `the network ${experiment.model.use} hands over no spatial map` };
  if (classes.length !== 2) return { error: `the network tells ${classes.length} classes apart, and this is about two` };
  const { size, channels } = loader.image;
  const { mean, std } = experiment.data.image;
  const pixelsOf = (values: Float32Array) =>
    Uint8Array.from(values, (value, i) => Math.min(255, Math.max(0, Math.round(255 * (value * (std[i % channels] ?? 1) + (mean[i % channels] ?? 0))))));
  const explained: (Explanation | undefined)[] = [];
  for (let at = 0; at < images.length; at += batch) {
    const part = images.slice(at, at + batch);
    const { data, broken } = await loader.load(part.map(({ image }) => ({ source: image, views: 1 })));
    const unreadable = new Set(broken.map(({ index }) => index));
    using maps = keepMaps(data, [part.length, size, size, channels], (input) =>
      gradCam(
        { spatial, risk },
        input,
        part.map(({ evidence }) => evidence),
      ),
    );
    const { height, width, values } = maps;
    for (const i of part.keys()) {
      const view = data.subarray(i * size * size * channels, (i + 1) * size * size * channels);
      const map = normalized(values.slice(i * height * width, (i + 1) * height * width));
      explained.push(unreadable.has(i) ? undefined : { pixels: pixelsOf(view), size, channels, map, height, width });
    }
    loader.recycle?.(data);
  }
  return explained;
}

function keepMaps(data: Float32Array, shape: [number, number, number, number], of: (images: tf.Tensor4D) => tf.Tensor3D) {
  const images = tf.tensor4d(data, shape);
  const maps = of(images);
  const [, height, width] = maps.shape;
  return { height, width, values: maps.dataSync() as Float32Array, [Symbol.dispose]: () => tf.dispose([images, maps]) };
}

function normalized(map: Float32Array): Float32Array {
  const most = map.reduce((largest, value) => Math.max(largest, value), 0);
  return most > 0 ? map.map((value) => value / most) : map.fill(0);
}
