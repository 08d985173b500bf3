import type { LoadedExperiment } from '../configuration/load-experiment.ts';
import { matchesPattern } from '../contracts/name-pattern.ts';
import type { StepReport } from '../contracts/optimizer.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { peakBytes } from '../training/peak-bytes.ts';
import { fromTheFirstStep } from './from-the-first-step.ts';
import { type Layer, layersOf } from './layers-of.ts';
import { openTrial, stepSettings, type Trial } from './open-trial.ts';
import { takeSteps } from './take-steps.ts';
import { withStep } from './with-step.ts';

/** A layer, and when it is trained. */
export interface SummarizedLayer extends Layer {
  /** Epoch at which its last weight thaws; 0: trained from the start; `never`: frozen for the whole length. */
  readonly trainedFrom: number | 'never';
}

/** What an experiment trains, and what a step of it takes on this machine. Plain JSON. */
export interface Summary {
  readonly model: string;
  /** [height, width, channels]. */
  readonly image: readonly [number, number, number];
  readonly layers: readonly SummarizedLayer[];
  /** Weights that losses own. */
  readonly losses: readonly { readonly name: string; readonly size: number }[];
  /** Numbers in all parameters of the model, those that are trained at some time, and those trained in the first epoch. */
  readonly size: { readonly all: number; readonly trained: number; readonly atFirst: number };
  readonly batch: { readonly samples: number; readonly views: number; readonly parts: number };
  /** A step of the method, without warm-up. */
  readonly step: {
    readonly kind: string;
    /** Steps that were measured, after a first one that prepares. */
    readonly measured: number;
    /** Median milliseconds, loading apart. */
    readonly milliseconds: number;
    /** Peak size of all tensors beside weights, state and images, in bytes. Buffers inside kernels are not seen. */
    readonly tensorBytes: number;
    /** Bytes that this process has held at most. */
    readonly processBytes: number;
  };
}

/** What `summarize` takes besides the experiment. */
export interface SummarizeOptions {
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
  /** Steps to measure, at least 1; default: 3. */
  readonly steps?: number;
}

/**
 * Describes the network of an experiment, and measures a few steps on its own data. Writes nothing.
 *
 * @throws what reading the data throws; the signal's reason if it aborts.
 */
export async function summarize({ experiment, catalogue }: LoadedExperiment, { reporter, signal, steps = 3 }: SummarizeOptions): Promise<Summary> {
  await using trial = await openTrial({ experiment: fromTheFirstStep(experiment), catalogue }, { reporter });
  const { model, trained, loop } = trial;
  const { size, mean } = experiment.data.image;
  const image = [size, size, mean.length] as const;
  const { freeze, epochs, accumulate = 1 } = experiment.train;
  const trainedFrom = (weight: string): number | 'never' => {
    const thaws = Math.max(0, ...Object.entries(freeze).flatMap(([pattern, at]) => (matchesPattern(pattern, weight) ? [at] : [])));
    return thaws >= epochs ? 'never' : thaws;
  };
  const layers = layersOf(model, image).map((layer): SummarizedLayer => {
    const from = Object.keys(layer.parameters).map((name) => trainedFrom(name === layer.name ? name : `${layer.name}/${name}`));
    return { ...layer, trainedFrom: from.includes('never') ? 'never' : Math.max(...(from as number[])) };
  });
  const sizes = (wanted: (from: number | 'never') => boolean) =>
    [...model.weights.parameters].reduce((sum, [name, weight]) => sum + (wanted(trainedFrom(name)) ? weight.size : 0), 0);
  const measured = await measure(trial, steps, signal);
  signal?.throwIfAborted();
  return {
    model: experiment.model.use,
    image,
    layers,
    losses: [...trained.losses.parameters].map(([name, weight]) => ({ name, size: weight.size })),
    size: { all: model.weights.size, trained: sizes((from) => from !== 'never'), atFirst: sizes((from) => from === 0) },
    batch: { samples: loop.domains.length * experiment.data.batch.perDomain, views: experiment.data.views, parts: accumulate },
    step: measured,
  };
}

async function measure({ loop, experiment }: Trial, steps: number, signal: AbortSignal | undefined): Promise<Summary['step']> {
  const times: number[] = [];
  let kind = '';
  let tensorBytes = 0;
  const { optimizer } = loop;
  const epochs = Math.ceil((steps + 1) / loop.batches.stepsPerEpoch);
  await takeSteps(
    {
      ...loop,
      optimizer: withStep(optimizer, (...step) => {
        let report: StepReport | undefined;
        const bytes = peakBytes(() => {
          report = optimizer.step(...step);
        });
        tensorBytes = Math.max(tensorBytes, bytes);
        return report as StepReport;
      }),
      settings: stepSettings(experiment, epochs),
    },
    {
      isEnough({ report, milliseconds }) {
        kind = report.kind;
        times.push(milliseconds);
        return times.length > steps;
      },
      signal,
    },
  );
  const [, ...between] = times;
  return {
    kind,
    measured: between.length,
    milliseconds: between.sort((a, b) => a - b)[between.length >> 1] ?? times[0] ?? 0,
    tensorBytes,
    processBytes: process.resourceUsage().maxRSS * 1024,
  };
}
