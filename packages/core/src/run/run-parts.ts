import type { Experiment } from '../contracts/experiment.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { LeftOutLedger } from '../data/left-out.ts';
import { type ProtocolRecord, recordProtocol } from '../data/protocol-record.ts';
import type { EvaluationSetting } from '../evaluation/evaluate-weights.ts';
import { renderProtocol } from '../rendering/render-protocol.ts';
import type { TrainedWeights } from '../training/trained-weights.ts';
import type { LoopParts } from '../training/training-loop.ts';
import { checkCallbacks } from './check-callbacks.ts';
import { parts } from './compose.ts';
import type { Container } from './container.ts';
import type { RunResults } from './run-results.ts';

type TrainedParts = Pick<LoopParts, 'model' | 'risk' | 'auxiliaries' | 'optimizer' | 'updateRule' | 'schedule' | 'callbacks' | 'batches' | 'domains'>;

/** Everything that one run uses, already made. The container that made it disposes it. */
export interface RunParts extends TrainedParts {
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  /** The model's weights and those of the losses. */
  readonly trained: TrainedWeights;
  readonly protocol: ProtocolRecord;
  /** How the images of each source domain were made; null where its data set does not know. */
  readonly preparation: NonNullable<RunResults['preparation']>;
  /** What the domains leave out; grows while pictures are decoded. */
  readonly leftOut: LeftOutLedger;
  readonly evaluation: EvaluationSetting;
}

/** Makes all parts of a run, data first: an error there comes before anything expensive is made. */
export async function makeRunParts(container: Container, experiment: Experiment, reporter: Reporter): Promise<RunParts> {
  const domains = await container.get(parts.domains);
  const { classes, sources, leftOut } = domains;
  const protocol = recordProtocol(experiment, domains);
  reporter.notice(renderProtocol(protocol));
  const batches = await container.get(parts.batches);
  const { risk, auxiliaries } = await container.get(parts.losses);
  const model = await container.get(parts.model);
  const trained = await container.get(parts.trained);
  const [optimizer, updateRule, callbacks] = [container.get(parts.optimizer), container.get(parts.updateRule), container.get(parts.callbacks)];
  checkCallbacks(callbacks, {
    names: experiment.callbacks.map(({ use }) => use),
    heldOut: sources.some(({ heldOut }) => heldOut.length > 0),
    figures: container.get(parts.metrics).flatMap(({ name, definition }) => (definition.classes === 'binary' && classes.length !== 2 ? [] : [name])),
    steps: experiment.train.epochs * batches.stepsPerEpoch,
  });
  const schedule = container.get(parts.schedule);
  const evaluation = await container.get(parts.evaluation);
  const preparation = Object.fromEntries(sources.map(({ name, preparation: of }) => [name, of ?? null]));
  return {
    classes,
    domains: sources.map(({ name }) => name),
    protocol,
    preparation,
    leftOut,
    batches,
    risk,
    auxiliaries,
    model,
    trained,
    optimizer,
    updateRule,
    schedule,
    callbacks,
    evaluation,
  };
}
