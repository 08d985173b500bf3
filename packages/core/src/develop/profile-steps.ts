import type { LoadedExperiment } from '../configuration/load-experiment.ts';
import type { Model } from '../contracts/model.ts';
import type { Evaluation, Objective } from '../contracts/objective.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { UpdateRule } from '../contracts/update-rule.ts';
import type { DomainBatches } from '../data/domain-batches.ts';
import { fromTheFirstStep } from './from-the-first-step.ts';
import { openTrial, stepSettings } from './open-trial.ts';
import { takeSteps } from './take-steps.ts';
import { recordOperations, type TraceEvent, TraceRecorder } from './trace-events.ts';
import { withStep } from './with-step.ts';

/** What `profileSteps` takes besides the experiment. */
export interface ProfileStepsOptions {
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
  /** Steps to record, after a first one that prepares; default: 3. */
  readonly steps?: number;
}

/** Where the time of some steps goes. */
export interface ProfiledSteps {
  /** In the order in which they ended; those of one thread nest. */
  readonly events: readonly TraceEvent[];
  readonly steps: number;
  /** Milliseconds a step: waiting for data, forward passes, backward passes, update, and the rest of the method. They add up to the step. */
  readonly milliseconds: Readonly<Record<'step' | 'data' | 'forward' | 'backward' | 'update' | 'other', number>>;
  /** Operations by name, the longest first: how often a step runs them, and milliseconds a step. */
  readonly operations: readonly { readonly name: string; readonly calls: number; readonly milliseconds: number }[];
}

/**
 * Takes a few steps of an experiment's method, without warm-up, and records them. Writes nothing. An operation's time is that until TensorFlow hands its
 * result over, which on a processor is when it is done.
 *
 * @throws what reading the data throws; the signal's reason if it aborts.
 */
export async function profileSteps({ experiment, catalogue }: LoadedExperiment, { reporter, signal, steps = 3 }: ProfileStepsOptions): Promise<ProfiledSteps> {
  await using trial = await openTrial({ experiment: fromTheFirstStep(experiment), catalogue }, { reporter });
  const { loop } = trial;
  const recorder = new TraceRecorder();
  let taken = 0;
  let stepFrom = 0;
  await recordOperations(recorder, () =>
    takeSteps(
      {
        ...loop,
        model: recordedModel(loop.model, recorder),
        optimizer: withStep(loop.optimizer, (objective, weights, apply, ...rest) =>
          recorder.span('method', experiment.optimizer.use, () => loop.optimizer.step(recordedObjective(objective, recorder), weights, apply, ...rest)),
        ),
        updateRule: recordedUpdate(loop.updateRule, recorder),
        batches: recordedBatches(loop.batches, recorder),
        settings: stepSettings(trial.experiment, Math.ceil((steps + 1) / loop.batches.stepsPerEpoch)),
      },
      {
        isEnough({ report: { kind } }) {
          // The first step compiles, fills caches and waits for the first images.
          if (taken++ === 0) recorder.events.length = 0;
          else recorder.add('step', `step ${taken - 1}`, stepFrom, { kind });
          stepFrom = recorder.now();
          reporter.progress({ phase: 'profiling', done: taken, total: steps + 1, unit: 'steps' });
          return taken > steps;
        },
        signal,
      },
    ),
  );
  signal?.throwIfAborted();
  return { events: recorder.events, steps, ...summed(recorder.events, steps) };
}

/** Forward passes are those of the model; a backward pass that runs the network again (train.accumulate) holds them. */
function recordedModel(model: Model, recorder: TraceRecorder): Model {
  return new Proxy(model, {
    get(target, key) {
      if (key === 'apply')
        return (...[images, pass]: Parameters<Model['apply']>) =>
          recorder.span('pass', 'network', () => target.apply(images, pass), { images: images.shape[0] });
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function recordedObjective(objective: Objective, recorder: TraceRecorder): Objective {
  return {
    evaluate(options) {
      const evaluation = recorder.span('pass', 'forward', () => objective.evaluate(options), { ...options, withRespectTo: undefined });
      return new Proxy(evaluation, {
        get(target, key) {
          const value = Reflect.get(target, key, target);
          if (key === 'gradient')
            return (...[of, last]: Parameters<Evaluation['gradient']>) =>
              recorder.span('pass', 'backward', () => target.gradient(of, last), { of: JSON.stringify(of) });
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    },
  };
}

function recordedUpdate(rule: UpdateRule, recorder: TraceRecorder): UpdateRule {
  return {
    apply: (...args) => recorder.span('update', 'update', () => rule.apply(...args)),
    state: () => rule.state(),
    restore: (...state) => rule.restore(...state),
    [Symbol.dispose]: () => rule[Symbol.dispose](),
  };
}

function recordedBatches(batches: DomainBatches, recorder: TraceRecorder): DomainBatches {
  return {
    stepsPerEpoch: batches.stepsPerEpoch,
    async *epoch(...which) {
      const each = batches.epoch(...which);
      try {
        for (;;) {
          const from = recorder.now();
          const { value, done } = await each.next();
          if (done) return;
          recorder.add('data', 'waiting for data', from);
          yield value;
        }
      } finally {
        await each.return?.();
      }
    },
  };
}

function summed(events: readonly TraceEvent[], steps: number): Pick<ProfiledSteps, 'milliseconds' | 'operations'> {
  const total = (wanted: (event: TraceEvent) => boolean) => events.reduce((sum, event) => sum + (wanted(event) ? event.dur / 1000 / steps : 0), 0);
  const [step, data, update] = [total(({ cat }) => cat === 'step'), total(({ cat }) => cat === 'data'), total(({ cat }) => cat === 'update')];
  const [forward, backward] = [total(({ name, cat }) => cat === 'pass' && name === 'forward'), total(({ name, cat }) => cat === 'pass' && name === 'backward')];
  const byName = new Map<string, { calls: number; milliseconds: number }>();
  for (const { name, cat, dur } of events) {
    if (cat !== 'operation') continue;
    const sum = byName.get(name) ?? { calls: 0, milliseconds: 0 };
    byName.set(name, { calls: sum.calls + 1 / steps, milliseconds: sum.milliseconds + dur / 1000 / steps });
  }
  const operations = [...byName].map(([name, sum]) => ({ name, ...sum })).sort((a, b) => b.milliseconds - a.milliseconds);
  return { milliseconds: { step, data, forward, backward, update, other: step - data - forward - backward - update }, operations };
}
