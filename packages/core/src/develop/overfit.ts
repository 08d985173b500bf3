import type { LoadedExperiment } from '../configuration/load-experiment.ts';
import { cannot } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { type Reporter, silentReporter } from '../contracts/reporter.ts';
import { createSeed } from '../contracts/seed.ts';
import { labelsOf } from '../data/labels-of.ts';
import { loadDomains } from '../run/load-domains.ts';
import { ermKind } from '../training/erm-step.ts';
import { chooseBalanced } from './choose-balanced.ts';
import { type Fit, type FitOptions, fitSamples, type Variation } from './fit-samples.ts';

/** What `overfit` takes besides the experiment. */
export interface OverfitOptions {
  /** Number of training images, at least 1. */
  readonly samples: number;
  /** The risk to come below, > 0; default: a tenth of log(number of classes), which is the risk of guessing. */
  readonly below?: number;
  /** Default: 400. */
  readonly steps?: number;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/** Whether a network learns a few samples by heart. Plain JSON. */
export interface Overfit {
  readonly reached: boolean;
  readonly below: number;
  /** Risk (mean over domains, without auxiliary losses) before the first step, at the end, and its smallest value. */
  readonly risk: { readonly first: number; readonly last: number; readonly least: number };
  readonly steps: number;
  /** How many samples get their own class at the end. */
  readonly correct: number;
  readonly samples: readonly { readonly domain: string; readonly class: string; readonly id: string }[];
  /** Sentences; empty where the bound is reached. */
  readonly hindrances: readonly string[];
  /** What was tried to find what hinders, and how far it came in as many steps. */
  readonly tried: readonly { readonly change: string; readonly risk: number; readonly helps: boolean }[];
}

/**
 * Trains on a few images, as many of each class and domain as can be, without augmentation, until the risk is below a bound: what a network and a training
 * that are put together rightly can do. Where it does not come down, the training is repeated with one thing changed at a time.
 *
 * @throws UserError, exit code 2, where the sources have fewer images; what reading data throws; the signal's reason if it aborts.
 */
export async function overfit(loaded: LoadedExperiment, { samples: n, below: asked, steps = 400, reporter, signal }: OverfitOptions): Promise<Overfit> {
  const { experiment, catalogue } = loaded;
  const data = await loadDomains(experiment, catalogue, createSeed(experiment.seed), reporter);
  if (data.classes.length < 2)
    throw cannot('overfit samples', `there is one class (${data.classes.join()})`, 'at least 2: there is nothing to learn', { exitCode: 2 });
  const slots = chooseBalanced(data.sources, n);
  const labels = labelsOf(slots.map(({ sample }) => sample));
  if (labels.length === 1)
    reporter.warn(`all ${n} samples are of class ${data.classes[labels[0] as number]}: learning to give the same answer always says little`);
  const below = asked ?? Math.log(data.classes.length) / 10;
  const options: FitOptions = { data, slots, below, steps, patience: 100, reporter, ...(signal ? { signal } : {}) };
  const fit = await fitSamples(loaded, options);
  const tried = fit.reached ? [] : await tryVariations(loaded, options, fit);
  const last = fit.risks.at(-1) ?? Number.NaN;
  return {
    reached: fit.reached,
    below,
    risk: { first: fit.risks[0] ?? Number.NaN, last, least: Math.min(...fit.risks) },
    steps: fit.steps,
    correct: fit.correct,
    samples: slots.map(({ sample, domain }) => ({ domain: data.sources[domain]?.name as string, class: data.classes[sample.label] as string, id: sample.id })),
    hindrances: fit.reached ? [] : hindrances(fit, slots.length, tried),
    tried,
  };
}

async function tryVariations(loaded: LoadedExperiment, options: FitOptions, fit: Fit): Promise<Overfit['tried'][number][]> {
  const steps = Math.max(20, Math.min(fit.steps, 100));
  const reachedThen = Math.min(...fit.risks.slice(0, Math.ceil((steps * fit.risks.length) / Math.max(1, fit.steps))));
  const tried: Overfit['tried'][number][] = [];
  for (const [change, variation] of variations(loaded.experiment, fit)) {
    options.reporter.notice(`it does not come down; trying ${change}`);
    const other = await fitSamples(loaded, {
      ...options,
      variation,
      steps,
      patience: steps,
      reporter: { ...silentReporter, progress: (state) => options.reporter.progress(state) },
    });
    const risk = other.diverged ? Number.POSITIVE_INFINITY : Math.min(...other.risks);
    tried.push({ change, risk, helps: other.reached || risk < 0.5 * reachedThen });
  }
  return tried;
}

/** One thing changed at a time, where the experiment has it. */
function variations(experiment: Experiment, fit: Fit): [string, Variation][] {
  const { base } = experiment.optimizer;
  const { clipNorm, ...unclipped } = experiment.train;
  const rate = typeof base['learningRate'] === 'number' ? base['learningRate'] : undefined;
  const named = (factor: number) => (rate === undefined ? '' : ` (${Number((rate * factor).toPrecision(3))})`);
  return [
    [`a tenth of the learning rate${named(0.1)}`, { rate: 0.1 }],
    [`ten times the learning rate${named(10)}`, { rate: 10 }],
    ...(fit.weights.trained < fit.weights.all
      ? [['all layers trained (no train.freeze)', { change: (one: Experiment) => ({ ...one, train: { ...one.train, freeze: {} } }) }] as [string, Variation]]
      : []),
    ...(typeof base['weightDecay'] === 'number' && base['weightDecay'] > 0
      ? [
          ['no weight decay', { change: (one: Experiment) => ({ ...one, optimizer: { ...one.optimizer, base: { ...base, weightDecay: 0 } } }) }] as [
            string,
            Variation,
          ],
        ]
      : []),
    ...(clipNorm === undefined
      ? []
      : [['no train.clipNorm', { change: (one: Experiment) => ({ ...one, train: { ...unclipped, freeze: one.train.freeze } }) }] as [string, Variation]]),
    ...(fit.kinds.some((kind) => kind !== ermKind) || experiment.losses.length > 1
      ? [['plain ERM on the risk alone', { riskAlone: true }] as [string, Variation]]
      : []),
  ];
}

function hindrances(fit: Fit, n: number, tried: Overfit['tried']): string[] {
  const { contradictions, weights, correct, diverged, risks } = fit;
  const [one] = contradictions;
  const helping = tried.filter(({ helps }) => helps).sort((a, b) => a.risk - b.risk);
  const last = risks.at(-1) ?? Number.NaN;
  const found = [
    ...(one
      ? [
          `labels contradict each other: ${contradictions.length} ${contradictions.length === 1 ? 'pair' : 'pairs'} of the same picture with two labels, ${one[0]} and ${one[1]} for one`,
        ]
      : []),
    ...(diverged ? ['a loss or a weight was no longer finite: the learning rate is too high'] : []),
    ...(weights.trained === 0 ? ['every layer is frozen (train.freeze): nothing is trained'] : []),
    ...helping.map(({ change, risk }) => `with ${change} the risk falls to ${risk.toPrecision(3)}`),
    ...(correct === n && !diverged
      ? [
          `all ${n} samples get their own class, and the risk stays at ${last.toPrecision(3)}: the loss may have a floor above the bound (logits that a cosine head keeps small, see logitScale); a higher bound is --below`,
        ]
      : []),
  ];
  if (found.length > 0) return found;
  const tries = tried.map(({ change }) => change).join('; ');
  return [
    `nothing that was tried brings it down (${tries}): ${correct} of ${n} get their own class; look at the pictures (gradalign data inspect), at the network (gradalign summary), or give it more steps or fewer samples`,
  ];
}
