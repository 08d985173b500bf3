import * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../contracts/dataset.ts';
import { cannot } from '../contracts/errors.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { Random } from '../contracts/seed.ts';
import type { TrainedRun } from '../run/trained-run.ts';
import { riskSurface } from './loss-surface.ts';
import { measureSharpness, type Sharpness, type SharpnessOptions } from './measure-sharpness.ts';

export interface RunSharpnessOptions extends Omit<SharpnessOptions, 'seed'> {
  /** Images of each domain that the loss is taken over, drawn by the run's seed; all of them are one batch. */
  readonly samples: number;
  readonly batchNorm: 'batch' | 'running';
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/** Sharpness of a run's loss, one domain at a time: the source domains on what was trained on, the targets on all that is tested. Plain JSON. */
export interface RunSharpness extends Omit<SharpnessOptions, 'seed'> {
  readonly batchNorm: 'batch' | 'running';
  readonly checkpoint: string;
  readonly domains: Readonly<Record<string, DomainSharpness>>;
}

export interface DomainSharpness extends Sharpness {
  readonly role: 'source' | 'target';
  /** Images that the loss was taken over. */
  readonly samples: number;
}

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

/** So many of them at random, or all. */
function choose(samples: readonly Sample[], most: number, random: Random): readonly Sample[] {
  return samples.length <= most ? samples : random.shuffle(samples).slice(0, most);
}
