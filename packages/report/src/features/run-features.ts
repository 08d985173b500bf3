import { existsSync, readFileSync } from 'node:fs';
import { cannot, collectFeatures, requireOutput, type TrainedRun, writeAtomically } from '@gradalign/core';
import { weightsDigest } from '@gradalign/core/sharpness';
import { type FeatureSettings, type FeaturesFile, featuresOf } from '../read/features.ts';
import { record } from '../read/read-run.ts';
import { principalComponents } from './principal-components.ts';

/** Options of `runFeatures`. */
export interface RunFeaturesOptions {
  /** At most so many images in all, spread evenly over domains and classes, drawn by the run's seed. */
  readonly samples: number;
  /** Neighbors that UMAP looks at: few show small groups, many the whole. */
  readonly neighbors: number;
  /** Where they are written; a file that holds the same is returned as it is. */
  readonly file: string;
  /** Aborting throws an AbortError, and nothing is written. */
  readonly signal?: AbortSignal;
}

/** Epochs of UMAP between two looks at the signal. */
const epochsAtOnce = 20;

/**
 * The features of a trained run in two dimensions: along their first two principal components, and by UMAP (McInnes et al. 2018, arXiv 1802.03426), which
 * keeps neighbors together. The same run and options give the same file.
 *
 * @returns the features, and whether the file held them already
 * @throws UserError if there are fewer than 4 images, or the file cannot be written, or holds something else: it is kept
 */
export async function runFeatures(
  run: TrainedRun,
  { samples, neighbors, file, signal }: RunFeaturesOptions,
): Promise<{ readonly features: FeaturesFile; readonly reused: boolean }> {
  const collected = await collectFeatures(run, { samples, ...(signal ? { signal } : {}) });
  const settings: FeatureSettings = {
    ...{ kind: 'features', checkpoint: run.checkpoint, weights: weightsDigest(run.model.weights), images: collected.images },
    ...{ seed: run.seed.value, samples, neighbors },
  };
  requireOutput(file);
  const before = readFeatures(file, settings);
  if (before) return { features: before, reused: true };
  const measured = await collected.measure();
  const rows = measured.map(({ features }) => features);
  if (rows.length < 4) throw cannot('show the features', `there are ${rows.length} images`, '4 or more');
  const { projected, explained } = principalComponents(rows);
  const embedded = await embed(rows, { neighbors: Math.min(neighbors, rows.length - 1), run, ...(signal ? { signal } : {}) });
  const features: FeaturesFile = {
    ...{ ...settings, dimensions: rows[0]?.length ?? 0, explained: [rounded(explained[0]), rounded(explained[1])], classes: run.classes },
    points: measured.map(({ sample, domain, role }, i) => ({
      ...{ id: sample.id, domain, role, label: sample.label },
      principal: place(projected[i]),
      umap: place(embedded[i]),
    })),
  };
  writeAtomically(file, `${JSON.stringify(features)}\n`);
  return { features, reused: false };
}

async function embed(
  rows: readonly (readonly number[])[],
  { neighbors, run, signal }: { readonly neighbors: number; readonly run: TrainedRun; readonly signal?: AbortSignal },
): Promise<readonly (readonly number[])[]> {
  // Reports do not need it.
  const { UMAP } = await import('umap-js');
  const draw = run.seed.stream('umap').at(0);
  const umap = new UMAP({ nComponents: 2, nNeighbors: neighbors, random: () => draw.uniform() });
  const epochs = umap.initializeFit(rows.map((row) => [...row]));
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    if (epoch % epochsAtOnce !== epochsAtOnce - 1) continue;
    run.reporter.progress({ phase: 'UMAP', done: epoch + 1, total: epochs, unit: 'epochs' });
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  return umap.getEmbedding();
}

/** What the file holds already; undefined where there is none. */
function readFeatures(file: string, settings: FeatureSettings): FeaturesFile | undefined {
  if (!existsSync(file)) return undefined;
  const refuse = (is: string) =>
    cannot(`write the features to ${file}`, is, 'a new file, or the features of these weights and images: delete it, or name another with -o', { exitCode: 2 });
  let found: FeaturesFile | { readonly error: string };
  try {
    found = featuresOf(record(JSON.parse(readFileSync(file, 'utf8'))));
  } catch {
    throw refuse('it is another file');
  }
  if ('error' in found) throw refuse(found.error.replace('features.json', 'it'));
  const own = found as unknown as Readonly<Record<string, unknown>>;
  const other = Object.entries(settings).find(([key, value]) => own[key] !== value);
  if (other) throw refuse(`it was made with other ${other[0]}`);
  return found;
}

function place(coordinates: readonly number[] | undefined): [number, number] {
  const [x = 0, y = 0] = coordinates ?? [];
  return [rounded(x), rounded(y)];
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(5)) : 0;
}
