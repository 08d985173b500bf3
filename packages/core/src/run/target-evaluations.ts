import { readBounded } from '@gradalign/pixels/files';
import { cannot } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import { evaluateTarget } from '../evaluation/evaluate-target.ts';
import type { EvaluationSetting } from '../evaluation/evaluate-weights.ts';
import { type Oracle, oracleOf, type TargetEvaluation } from '../evaluation/oracle.ts';
import type { RunLog } from './run-log.ts';

/** Evaluations of the target during training (`evaluate.target`). They are kept in the log, which a checkpoint cuts to its own place: resuming repeats none. */
export interface TargetEvaluations {
  /** Evaluates if it is due after `epoch` epochs, and returns the figures; undefined where it is not due. Changes nothing that training reads. */
  afterEpoch(epoch: number): Promise<TargetEvaluation['figures'] | undefined>;
  /** The block `oracle` of the results; undefined if the experiment does not ask for it. */
  oracle(): Oracle | Unavailable | undefined;
}

/** What `targetEvaluations` takes. */
export interface TargetEvaluationsOptions {
  readonly experiment: Experiment;
  readonly setting: EvaluationSetting;
  readonly log: RunLog;
  /** The log's file. */
  readonly file: string;
}

/** The target's evaluations of one run, as its experiment asks for them. */
export function targetEvaluations({ experiment, setting, log, file }: TargetEvaluationsOptions): TargetEvaluations {
  const { every, last = 0 } = experiment.evaluate.target ?? {};
  const { epochs } = experiment.train;
  const impossible =
    setting.targets.length === 0
      ? 'the experiment names no target'
      : setting.classes.length !== 2
        ? `the best epoch by AUC - HTER needs two classes, there are ${setting.classes.length}`
        : undefined;
  return {
    async afterEpoch(epoch) {
      if (every === undefined || impossible !== undefined) return undefined;
      if (epoch % every !== 0 && epoch <= epochs - Math.max(1, last)) return undefined;
      const figures = await evaluateTarget(inEpoch(setting, epoch));
      log.write({ event: 'target', epoch: epoch - 1, figures });
      return figures;
    },
    oracle() {
      if (every === undefined) return undefined;
      if (impossible !== undefined) return { error: impossible };
      log.flush();
      return oracleOf(readEvaluations(file));
    },
  };
}

/** Frames at random are drawn anew in each evaluation. */
function inEpoch(setting: EvaluationSetting, epoch: number): EvaluationSetting {
  const { frames } = setting;
  return typeof frames === 'number' ? setting : { ...setting, frames: { ...frames, keys: [...frames.keys, epoch] } };
}

/** @throws UserError where the log cannot be read. */
function readEvaluations(file: string): TargetEvaluation[] {
  try {
    return readBounded(file, 2 ** 29 - 2 ** 10)
      .toString()
      .split('\n')
      .filter((line) => line.startsWith('{"event":"target"'))
      .map((line) => {
        const { epoch, figures } = JSON.parse(line) as TargetEvaluation;
        return { epoch, figures };
      });
  } catch (cause) {
    throw cannot(`read the evaluations of the target in ${file}`, (cause as Error).message, 'the log of this run', { cause });
  }
}
