import { createHash } from 'node:crypto';
import { cannot } from '../contracts/errors.ts';
import type { Gradients } from '../contracts/gradients.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { TrainedRun } from '../run/trained-run.ts';
import { type ChosenDomain, chosenDomains, loadDomain } from './domain-batch.ts';
import { filterNormalizedDirection } from './filter-normalized-direction.ts';
import { type LandscapeSettings, type LossLandscape, readLandscape, weightsDigest, writeLandscape } from './landscape-file.ts';
import { type GridOptions, gridCoordinates, lossesAt } from './loss-landscape.ts';
import { type LossSurface, riskSurface } from './loss-surface.ts';

/** Options of `runLandscape`. */
export interface RunLandscapeOptions extends GridOptions {
  /** How many images of each domain the loss is taken over, drawn by the run's seed; they form one batch. */
  readonly samples: number;
  /** Statistics that batch norm uses: see `RiskSurfaceOptions`. */
  readonly batchNorm: 'batch' | 'running';
  /** Where the landscape is written, every few seconds and at the end; a file that an interrupted measurement left is continued. */
  readonly file: string;
  /** Receives progress. */
  readonly reporter: Reporter;
  /** Aborting ends the measurement after the point in hand, which is written. */
  readonly signal?: AbortSignal;
}

/** Milliseconds between two writes. */
const writeEvery = 3000;

/**
 * Measures the loss of a trained run on a grid around its weights, along two random filter-normalized directions, domain by domain on the same points.
 * The same run and options give the same landscape, however often it was interrupted. The run's weights are restored bit for bit.
 *
 * @returns the landscape; `measured` is less than points · points where the signal ended it.
 * @throws UserError if an image cannot be read, the file cannot be written, or it holds something else.
 */
export async function runLandscape(run: TrainedRun, options: RunLandscapeOptions): Promise<LossLandscape> {
  const { points, radius, samples, batchNorm, file } = options;
  if (points < 3 || points % 2 === 0) throw new RangeError(`Cannot measure a landscape: points is ${points}, expected an odd number >= 3`);
  const { model, risk, seed } = run;
  const chosen = (await chosenDomains(run, samples)).filter((domain) => domain.samples.length > 0);
  if (chosen.length === 0) throw cannot('measure the landscape', 'the run has no data', 'the data it was trained on');
  const settings: LandscapeSettings = {
    ...{ kind: 'loss landscape', points, radius, samples, batchNorm, checkpoint: run.checkpoint, seed: seed.value, weights: weightsDigest(model.weights) },
    domains: Object.fromEntries(chosen.map((domain) => [domain.name, { role: domain.role, samples: domain.samples.length, images: imagesDigest(domain) }])),
  };
  const before = readLandscape(file, settings);
  if (before.measured === points * points) return before;
  writeLandscape(file, before);

  const kept: Disposable[] = [];
  const keep = <T extends Disposable>(made: T): T => {
    kept.push(made);
    return made;
  };
  try {
    const surfaces: LossSurface[] = [];
    for (const domain of chosen) {
      const batch = keep(await loadDomain(run, domain, 'measure the landscape on'));
      surfaces.push(riskSurface({ ...batch, model, risk, batchNorm }));
    }
    const direction = (which: number) => keep(filterNormalizedDirection(model.weights, seed.stream('landscape').at(which)));
    return await measure(surfaces, [direction(1), direction(2)], before, options);
  } finally {
    for (const made of kept) made[Symbol.dispose]();
  }
}

/** Goes on where `before` ends. */
async function measure(
  surfaces: readonly LossSurface[],
  directions: readonly [Gradients, Gradients],
  before: LossLandscape,
  { points, radius, file, reporter, signal }: RunLandscapeOptions,
): Promise<LossLandscape> {
  const coordinates = gridCoordinates({ points, radius });
  const total = points * points;
  const losses = Object.values(before.domains).map((domain) => [...domain.losses]);
  let { measured } = before;
  const landscape = (): LossLandscape => ({
    ...before,
    measured,
    domains: Object.fromEntries(Object.entries(before.domains).map(([name, domain], i) => [name, { ...domain, losses: losses[i] ?? [] }])),
  });
  let written = performance.now();
  while (measured < total && !signal?.aborted) {
    const at = [coordinates[measured % points] as number, coordinates[Math.floor(measured / points)] as number] as const;
    for (const [i, loss] of lossesAt(surfaces, directions, at).entries()) losses[i]?.push(Number.isFinite(loss) ? loss : null);
    measured++;
    reporter.progress({ phase: 'landscape', done: measured, total, unit: 'points' });
    if (performance.now() - written > writeEvery) {
      writeLandscape(file, landscape());
      written = performance.now();
    }
    // The engine's ops block the event loop: signals are handled between points.
    await new Promise((resolve) => setImmediate(resolve));
  }
  writeLandscape(file, landscape());
  return landscape();
}

function imagesDigest({ samples }: ChosenDomain): string {
  const hash = createHash('sha256');
  for (const { id, label } of samples) hash.update(`${id}\n${label}\n`);
  return hash.digest('hex');
}
