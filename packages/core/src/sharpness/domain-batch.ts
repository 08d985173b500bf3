import * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../contracts/dataset.ts';
import { cannot } from '../contracts/errors.ts';
import type { TrainedRun } from '../run/trained-run.ts';

/** A domain of a run with the samples that its loss is taken over. */
export interface ChosenDomain {
  readonly name: string;
  readonly role: 'source' | 'target';
  readonly samples: readonly Sample[];
}

/** The domains of a run, sources, then targets: source domains with their training share, targets with their test samples; at most `most` samples each, drawn by the run's seed. */
export async function chosenDomains({ seed, domains }: Pick<TrainedRun, 'seed' | 'domains'>, most: number): Promise<readonly ChosenDomain[]> {
  const { sources, targets } = await domains();
  const choose = (name: string, samples: readonly Sample[]) =>
    samples.length <= most ? samples : seed.stream('sharpness').at(name).shuffle(samples).slice(0, most);
  return [
    ...sources.map(({ name, samples }) => ({ name, role: 'source' as const, samples: choose(name, samples) })),
    ...targets.map(({ name, samples }) => ({ name, role: 'target' as const, samples: choose(name, samples) })),
  ];
}

/** Images as one batch, with their labels; disposing it disposes the images. */
export interface LabeledImages extends Disposable {
  /** [n, size, size, channels], normalized as for training. */
  readonly images: tf.Tensor4D;
  readonly labels: Int32Array;
}

/**
 * Loads the samples of a domain, without augmentation. The caller disposes them.
 *
 * @throws UserError if an image cannot be read; `doing` begins its message: `measure the sharpness on`.
 */
export async function loadDomain({ loader }: Pick<TrainedRun, 'loader'>, { name, samples }: ChosenDomain, doing: string): Promise<LabeledImages> {
  const { size, channels } = loader.image;
  const { data, broken } = await loader.load(samples.map(({ image }) => ({ source: image, views: 1 })));
  const [first] = broken;
  if (first) throw cannot(`${doing} '${name}'`, first.message, 'images that can be read');
  const images = tf.tensor4d(data, [samples.length, size, size, channels]);
  return { images, labels: Int32Array.from(samples, ({ label }) => label), [Symbol.dispose]: () => images.dispose() };
}
