import * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../contracts/dataset.ts';
import { cannot } from '../contracts/errors.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { Random } from '../contracts/seed.ts';
import type { TrainedRun } from '../run/trained-run.ts';
import { riskSurface } from './loss-surface.ts';
import { measureSharpness, type Sharpness, type SharpnessOptions } from './measure-sharpness.ts';

/** Options of `runSharpness`. */
export interface RunSharpnessOptions extends Omit<SharpnessOptions, 'seed'> {
  /** How many images of each domain the loss is taken over, drawn by the run's seed; they form one batch. */
  readonly samples: number;
  /** Statistics that batch norm uses: see `RiskSurfaceOptions`. */
  readonly batchNorm: 'batch' | 'running';
  /** Receives progress. */
  readonly reporter: Reporter;
  /** Aborting ends the measurement between two domains with an AbortError. */
  readonly signal?: AbortSignal;
}

/** Sharpness of a run's loss, domain by domain: source domains on their training share, targets on their test samples. Plain JSON. */
export interface RunSharpness extends Omit<SharpnessOptions, 'seed'> {
  /** Statistics that batch norm used. */
  readonly batchNorm: 'batch' | 'running';
  /** Name of the checkpoint that was measured. */
  readonly checkpoint: string;
  /** By domain: sources, then targets. */
  readonly domains: Readonly<Record<string, DomainSharpness>>;
}

/** Sharpness of a run's loss on one domain. */
export interface DomainSharpness extends Sharpness {
  /** What the run used the domain for. */
  readonly role: 'source' | 'target';
  /** Number of images that the loss was taken over. */
  readonly samples: number;
}

/**
 * Measures the sharpness of a trained run's loss on each of its domains. Leaves the run's weights unchanged.
 *
 * @throws UserError if an image cannot be read.
 */
export async function runSharpness(run: TrainedRun, options: RunSharpnessOptions): Promise<RunSharpness> {
  const { samples: most, batchNorm, reporter, signal, ...measures } = options;
  const { sources, targets } = await run.domains();
  const { seed } = run;
  const entries = [
    ...sources.map(({ name, samples }) => ({ name, role: 'source' as const, samples })),
    ...targets.map(({ name, samples }) => ({ name, role: 'target' as const, samples })),
  ];
  const domains: Record<string, DomainSharpness> = {};
  for (const [done, { name, role, samples }] of entries.entries()) {
    signal?.throwIfAborted();
    reporter.progress({ phase: 'sharpness', done, total: entries.length, unit: 'domains', detail: name });
    const chosen = choose(samples, most, seed.stream('sharpness').at(name));
    const sharpness = await domainSharpness(run, name, chosen, { ...measures, batchNorm, seed });
    domains[name] = { role, samples: chosen.length, ...sharpness };
  }
  reporter.progress({ phase: 'sharpness', done: entries.length, total: entries.length, unit: 'domains' });
  return { ...measures, batchNorm, checkpoint: run.checkpoint, domains };
}

async function domainSharpness(
  { model, risk, loader }: TrainedRun,
  name: string,
  samples: readonly Sample[],
  { batchNorm, ...options }: SharpnessOptions & { readonly batchNorm: 'batch' | 'running' },
): Promise<Sharpness> {
  const { size, channels } = loader.image;
  const { data, broken } = await loader.load(samples.map(({ image }) => ({ source: image, views: 1 })));
  const [first] = broken;
  if (first) throw cannot(`measure the sharpness on '${name}'`, first.message, 'images that can be read');
  const images = tf.tensor4d(data, [samples.length, size, size, channels]);
  try {
    return measureSharpness(riskSurface({ model, risk, images, labels: Int32Array.from(samples, ({ label }) => label), batchNorm }), options);
  } finally {
    images.dispose();
  }
}

/** At most `most` of the samples, drawn at random. */
function choose(samples: readonly Sample[], most: number, random: Random): readonly Sample[] {
  return samples.length <= most ? samples : random.shuffle(samples).slice(0, most);
}
