import { resolve } from 'node:path';
import type { Catalogue } from '../configuration/catalogue.ts';
import { createItem } from '../configuration/create-item.ts';
import type { TriedMetric } from '../configuration/guards/guard-metric.ts';
import type { Callback, CallbackContext } from '../contracts/callback.ts';
import type { Sample } from '../contracts/dataset.ts';
import { cannot } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Auxiliary, Loss, Risk } from '../contracts/loss.ts';
import type { Metric, MetricDefinition } from '../contracts/metric.ts';
import type { Model, ModelContext } from '../contracts/model.ts';
import type { Named } from '../contracts/named.ts';
import type { Optimizer } from '../contracts/optimizer.ts';
import type { Kind } from '../contracts/plugin.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { Schedule } from '../contracts/schedule.ts';
import { createSeed, type Seed } from '../contracts/seed.ts';
import type { UpdateRule } from '../contracts/update-rule.ts';
import { frameChoice } from '../data/choose-frames.ts';
import { createDomainBatches, type DomainBatches } from '../data/domain-batches.ts';
import type { KnownData } from '../data/known-data.ts';
import type { Domains } from '../data/read-domains.ts';
import type { NamedMetric } from '../evaluation/compute-figures.ts';
import type { EvaluationSetting } from '../evaluation/evaluate-weights.ts';
import { createImageLoader, type ImageLoader } from '../images/image-loader.ts';
import { createTrainedWeights, type TrainedWeights } from '../training/trained-weights.ts';
import { Container, type Token, token } from './container.ts';
import { loadDomains } from './load-domains.ts';

/** The tokens of everything a run is made of. A program that embeds gradalign may `replace` any of them before the run asks for it. */
export const parts = {
  experiment: token<Experiment>('experiment'),
  catalogue: token<Catalogue>('catalogue'),
  reporter: token<Reporter>('reporter'),
  seed: token<Seed>('seed'),
  domains: token<Promise<Domains>>('domains'),
  loader: token<ImageLoader>('image loader'),
  batches: token<Promise<DomainBatches>>('domain batches'),
  losses: token<Promise<Losses>>('losses'),
  model: token<Promise<Model>>('model'),
  trained: token<Promise<TrainedWeights>>('trained weights'),
  optimizer: token<Optimizer>('optimizer'),
  updateRule: token<UpdateRule>('update rule'),
  schedule: token<Schedule>('schedule'),
  metrics: token<readonly NamedMetric[]>('metrics'),
  callbacks: token<readonly Callback[]>('callbacks'),
  evaluation: token<Promise<EvaluationSetting>>('evaluation'),
} satisfies Record<string, Token<unknown>>;

/** The losses of an experiment, by role. */
export interface Losses {
  /** R: exactly one. */
  readonly risk: Risk;
  /** Their sum is A; may be empty. */
  readonly auxiliaries: readonly Auxiliary[];
  /** Their names, in order: weights that they own are saved under them. */
  readonly names: readonly string[];
}

/** What `compose` takes. */
export interface ComposeOptions {
  readonly experiment: Experiment;
  readonly catalogue: Catalogue;
  readonly reporter: Reporter;
  /** The run's folder, for callbacks; default: the working folder. */
  readonly folder?: string;
  /** Whether the run continues an interrupted one, for callbacks; default: false. */
  readonly resumed?: boolean;
  /** Ignores the model's `weights` option, because its weights come from a checkpoint; default: false. */
  readonly withoutInitialWeights?: boolean;
  /** Shared by runs of one process on the same data. */
  readonly knownData?: KnownData | undefined;
}

/**
 * The one place where names become objects: a container that makes each part of a run when it is first asked for. The engine must be loaded before the
 * model is asked for. The caller disposes the container, which disposes what it made.
 */
export function compose({
  experiment,
  catalogue,
  reporter,
  folder = process.cwd(),
  resumed = false,
  withoutInitialWeights = false,
  knownData,
}: ComposeOptions): Container {
  const aboutData = knownData?.once(reporter) ?? reporter;
  const make = <T>(kind: Kind, named: Named, ...context: unknown[]): T => createItem(catalogue, kind, named, ...context);
  const { data, evaluate } = experiment;

  return Container.create()
    .provide(parts.experiment, () => experiment)
    .provide(parts.catalogue, () => catalogue)
    .provide(parts.reporter, () => reporter)
    .provide(parts.seed, () => createSeed(experiment.seed))
    .provide(parts.domains, (c) => loadDomains(experiment, catalogue, c.get(parts.seed), aboutData, { known: knownData }))
    .provide(parts.loader, (c) =>
      createImageLoader({
        image: data.image,
        augment: data.augment,
        pluginFiles: catalogue.pluginFiles,
        workers: experiment.workers,
        cacheBytes: data.cacheMegabytes * 2 ** 20,
        seed: c.get(parts.seed).value,
        onChange: (change, path) => aboutData.notice(`images: ${change}; ${path} is the first`),
      }),
    )
    .provide(parts.batches, async (c) => {
      const { sources, leftOut } = await c.get(parts.domains);
      return createDomainBatches({
        domains: sources,
        perDomain: data.batch.perDomain,
        balance: data.batch.balance,
        sampling: data.sampling,
        views: data.views,
        ...(experiment.train.stepsPerEpoch === undefined ? {} : { stepsPerEpoch: experiment.train.stepsPerEpoch }),
        seed: c.get(parts.seed),
        loader: c.get(parts.loader),
        onBroken(message, { id }, domain) {
          aboutData.warn(message);
          leftOut.add(domain, [{ kind: 'unreadable', what: id, why: message }]);
        },
        onWarning: (message) => aboutData.warn(message),
      });
    })
    .provide(parts.losses, async (c) => {
      const { classes } = await c.get(parts.domains);
      return splitLosses(experiment.losses.map((named) => ({ name: named.use, loss: make<Loss>('loss', named, { classes }) })));
    })
    .provide(parts.model, async (c) => {
      const { risk } = await c.get(parts.losses);
      const random = c.get(parts.seed).stream('weights');
      const context: ModelContext = {
        image: { size: data.image.size, channels: data.image.mean.length },
        logits: risk.logits,
        random: (weight) => random.at(weight),
      };
      return make<Model | Promise<Model>>('model', withoutInitialWeights ? withoutOption(experiment.model, 'weights') : experiment.model, context);
    })
    .provide(parts.trained, async (c) => {
      const { classes, sources } = await c.get(parts.domains);
      const { auxiliaries, names } = await c.get(parts.losses);
      const random = c.get(parts.seed).stream('weights');
      return createTrainedWeights({
        model: await c.get(parts.model),
        image: { size: data.image.size, channels: data.image.mean.length },
        auxiliaries,
        names,
        classes,
        domains: sources.map(({ name }) => name),
        random: (weight) => random.at(weight),
      });
    })
    .provide(parts.optimizer, () => {
      const { base: _, warmupEpochs: __, ...own } = experiment.optimizer;
      return make<Optimizer>('optimizer', own as Named);
    })
    .provide(parts.updateRule, () => make<UpdateRule>('updateRule', experiment.optimizer.base))
    .provide(parts.schedule, () => make<Schedule>('schedule', experiment.schedule))
    .provide(parts.metrics, () =>
      evaluate.metrics.map((named) => {
        const definition = catalogue.find('metric', named.use) as MetricDefinition;
        return { name: metricName(named, definition), definition, metric: make<Metric>('metric', named) };
      }),
    )
    .provide(parts.callbacks, (c) => {
      const context: CallbackContext = {
        folder: resolve(folder),
        experiment,
        resumed,
        seed: c.get(parts.seed),
        logger: { notice: (message) => reporter.notice(message), warn: (message) => reporter.warn(message) },
      };
      return experiment.callbacks.map((named) => make<Callback>('callback', named, context));
    })
    .provide(parts.evaluation, async (c) => {
      const { classes, sources, targets, leftOut } = await c.get(parts.domains);
      for (const { definition, metric } of c.get(parts.metrics)) {
        if (definition.classes === 'any' || classes.length === 2) (metric as Partial<TriedMetric>).tryOn?.(classes.length);
      }
      return {
        onUnreadable: (domain: string, { id, label }: Sample, message: string) => leftOut.add(domain, [{ kind: 'unreadable', what: id, why: message, label }]),
        model: await c.get(parts.model),
        risk: (await c.get(parts.losses)).risk,
        loader: c.get(parts.loader),
        batch: evaluate.batch,
        frames: frameChoice(evaluate.frames, c.get(parts.seed)),
        reporter,
        classes,
        metrics: c.get(parts.metrics),
        aggregate: evaluate.aggregate,
        seed: c.get(parts.seed).value,
        heldOut: sources.map(({ name, heldOut }) => ({ name, samples: heldOut })),
        targets,
      };
    });
}

function splitLosses(losses: readonly { readonly name: string; readonly loss: Loss }[]): Losses {
  const risks = losses.flatMap(({ loss }) => (loss.role === 'risk' ? [loss] : []));
  const auxiliaries = losses.flatMap(({ name, loss }) => (loss.role === 'auxiliary' ? [{ name, loss }] : []));
  const [risk] = risks;
  if (!risk || risks.length > 1)
    throw cannot('use the losses', `${risks.length} of them are risks`, 'exactly one (gradalign list --kind loss shows them)', { exitCode: 2 });
  return { risk, auxiliaries: auxiliaries.map(({ loss }) => loss), names: auxiliaries.map(({ name }) => name) };
}

/** `tpr@fpr=1%` for { use: 'tpr@fpr', fpr: 0.01 }: the option that the definition calls its shorthand is part of the name. */
export function metricName(named: Named, { name, shorthand }: MetricDefinition): string {
  const value = shorthand === undefined ? undefined : named[shorthand];
  return typeof value === 'number' ? `${name}=${Number((value * 100).toPrecision(6))}%` : name;
}

function withoutOption(named: Named, option: string): Named {
  const { [option]: _, ...rest } = named;
  return rest as Named;
}
