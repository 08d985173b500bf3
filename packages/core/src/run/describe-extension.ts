import type { Callback } from '../contracts/callback.ts';
import type { Schedule } from '../contracts/schedule.ts';
import type { Losses } from './compose.ts';

/** What `describeExtension` looks at. */
export interface Extension {
  readonly from: number;
  readonly to: number;
  readonly schedule: Schedule;
  readonly losses: Pick<Losses, 'auxiliaries' | 'names'>;
  readonly callbacks: readonly Callback[];
  /** Names of the callbacks, in order. */
  readonly names: readonly string[];
  readonly stepsPerEpoch: number;
  readonly evaluateEvery: number;
  /** Epochs that are done. */
  readonly done: number;
}

/** What a run with more epochs equals. Plain JSON. */
export interface ExtensionRecord {
  /** One sentence. */
  readonly about: string;
  /** Whether it is a run of all its epochs from the start. */
  readonly same: boolean;
}

/**
 * What a run of more epochs than it was started with equals: a run of all of them from the start, where nothing that was done looked at their number; else
 * what did.
 */
export function describeExtension({ from, to, schedule, losses, callbacks, names, stepsPerEpoch, evaluateEvery, done }: Extension): ExtensionRecord {
  const factor = (step: number, epochs: number) => schedule.factor({ step, epoch: Math.floor(step / stepsPerEpoch), stepsPerEpoch, epochs });
  const steps = Array.from({ length: done * stepsPerEpoch }, (_, step) => step);
  const different = steps.find((step) => factor(step, from) !== factor(step, to));
  const last = done * stepsPerEpoch;
  const reasons = [
    ...(different === undefined
      ? []
      : [
          `the schedule followed ${from} epochs (from epoch ${Math.floor(different / stepsPerEpoch)} on), and the learning rate jumps from ${shown(factor(Math.max(0, last - 1), from))} to ${shown(factor(last, to))} of what is set`,
        ]),
    ...losses.auxiliaries.flatMap(({ followsProgress }, i) => (followsProgress && done > 0 ? [`loss '${losses.names[i]}' went by the share of the run`] : [])),
    ...callbacks.flatMap((callback, i) => {
      if (callback.runStarted) return [`callback '${names[i]}' went by the number of steps`];
      const extra = done === from && (evaluateEvery === 0 || from % evaluateEvery !== 0);
      return extra && callback.epochEnded ? [`callback '${names[i]}' was told the figures of epoch ${from - 1}, the last one then`] : [];
    }),
  ];
  const becomes = `${from} epochs become ${to}`;
  if (reasons.length === 0) return { about: `${becomes}: the same as a run of ${to} from the start`, same: true };
  return { about: `${becomes}: not the same as a run of ${to} from the start, since ${reasons.join('; ')}`, same: false };
}

function shown(factor: number): string {
  return String(Number(factor.toPrecision(3)));
}
