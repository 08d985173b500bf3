import type { LoadedExperiment } from '../configuration/load-experiment.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Model } from '../contracts/model.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { DomainBatches } from '../data/domain-batches.ts';
import type { Domains } from '../data/read-domains.ts';
import type { ImageLoader } from '../images/image-loader.ts';
import { compose, parts } from '../run/compose.ts';
import type { Container } from '../run/container.ts';
import { experimentEngine } from '../run/experiment-engine.ts';
import { requireMemory } from '../run/require-memory.ts';
import type { TrainedWeights } from '../training/trained-weights.ts';
import type { LoopParts, LoopSettings } from '../training/training-loop.ts';

/** What a run trains with, made as a run makes it, for steps that leave nothing behind: no folder, no callbacks, no evaluation. */
export interface Trial extends AsyncDisposable {
  readonly experiment: Experiment;
  readonly data: Domains;
  readonly loader: ImageLoader;
  readonly model: Model;
  readonly trained: TrainedWeights;
  /** For `trainingLoop`, on the batches of the run. */
  readonly loop: Omit<LoopParts, 'settings'> & { readonly batches: DomainBatches };
}

/** What `openTrial` takes besides the experiment. */
export interface OpenTrialOptions {
  readonly reporter: Reporter;
  /** Replaces parts of the run before anything is made. */
  readonly customize?: (container: Container) => void;
}

/** Reads the data, loads the engine and makes the parts. The caller disposes the trial. */
export async function openTrial(
  { experiment, catalogue }: Pick<LoadedExperiment, 'experiment' | 'catalogue'>,
  { reporter, customize }: OpenTrialOptions,
): Promise<Trial> {
  requireMemory(experiment);
  const container = compose({ experiment, catalogue, reporter });
  try {
    customize?.(container);
    const data = await container.get(parts.domains);
    const batches = await container.get(parts.batches);
    await experimentEngine(experiment, reporter);
    const { risk, auxiliaries } = await container.get(parts.losses);
    const model = await container.get(parts.model);
    const trained = await container.get(parts.trained);
    const [optimizer, updateRule, schedule] = [container.get(parts.optimizer), container.get(parts.updateRule), container.get(parts.schedule)];
    const domains = data.sources.map(({ name }) => name);
    return {
      experiment,
      data,
      loader: container.get(parts.loader),
      model,
      trained,
      loop: { model, risk, auxiliaries, trained, optimizer, updateRule, schedule, callbacks: [], batches, domains },
      [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
    };
  } catch (error) {
    await container[Symbol.asyncDispose]();
    throw error;
  }
}

/** The settings of steps as the experiment has them, for a loop of so many epochs. */
export function stepSettings({ optimizer, train: { freeze, clipNorm, accumulate } }: Experiment, epochs: number): LoopSettings {
  return {
    ...{ epochs, warmupEpochs: optimizer.warmupEpochs, freeze },
    ...(clipNorm === undefined ? {} : { clipNorm }),
    ...(accumulate === undefined ? {} : { accumulate }),
  };
}
