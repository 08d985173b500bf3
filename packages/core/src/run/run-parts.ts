import type { Callback } from '../contracts/callback.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Auxiliary, Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import type { Optimizer } from '../contracts/optimizer.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { Schedule } from '../contracts/schedule.ts';
import type { UpdateRule } from '../contracts/update-rule.ts';
import type { DomainBatches } from '../data/domain-batches.ts';
import { type ProtocolRecord, recordProtocol } from '../data/protocol-record.ts';
import type { EvaluationSetting } from '../evaluation/evaluate-weights.ts';
import { renderProtocol } from '../rendering/render-protocol.ts';
import { checkCallbacks } from './check-callbacks.ts';
import { parts } from './compose.ts';
import type { Container } from './container.ts';

/** Everything that one run uses, already made. The container that made it disposes it. */
export interface RunParts {
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  /** Names of the source domains; batches refer to them by index. */
  readonly domains: readonly string[];
  readonly protocol: ProtocolRecord;
  readonly batches: DomainBatches;
  readonly risk: Risk;
  readonly auxiliaries: readonly Auxiliary[];
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly updateRule: UpdateRule;
  readonly schedule: Schedule;
  readonly callbacks: readonly Callback[];
  readonly evaluation: EvaluationSetting;
}

/** Makes all parts of a run, data first: an error there comes before anything expensive is made. */
export async function makeRunParts(container: Container, experiment: Experiment, reporter: Reporter): Promise<RunParts> {
  const domains = await container.get(parts.domains);
  const { classes, sources } = domains;
  const protocol = recordProtocol(experiment, domains);
  reporter.notice(renderProtocol(protocol));
  const batches = await container.get(parts.batches);
  const losses = await container.get(parts.losses);
  const model = await container.get(parts.model);
  const [optimizer, updateRule, callbacks] = [container.get(parts.optimizer), container.get(parts.updateRule), container.get(parts.callbacks)];
  checkCallbacks(callbacks, {
    names: experiment.callbacks.map(({ use }) => use),
    heldOut: sources.some(({ heldOut }) => heldOut.length > 0),
    figures: container.get(parts.metrics).flatMap(({ name, definition }) => (definition.classes === 'binary' && classes.length !== 2 ? [] : [name])),
    steps: experiment.train.epochs * batches.stepsPerEpoch,
  });
  const schedule = container.get(parts.schedule);
  const evaluation = await container.get(parts.evaluation);
  return { classes, domains: sources.map(({ name }) => name), protocol, batches, ...losses, model, optimizer, updateRule, schedule, callbacks, evaluation };
}
