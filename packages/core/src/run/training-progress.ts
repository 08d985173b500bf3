import type { Reporter } from '../contracts/reporter.ts';
import type { StepRecord } from '../training/training-loop.ts';
import type { RunLog } from './run-log.ts';

/** Reports each step to the reporter and the log; the loss shown is a running mean, which is easier to read. */
export function trainingProgress(reporter: Reporter, log: RunLog): (record: StepRecord) => void {
  let mean: number | undefined;
  let waited = 0;
  let worked = 0;
  return ({ progress, report, learningRateFactor, milliseconds, waited: wait, cosines }) => {
    const { total } = report.losses;
    mean = mean === undefined ? total : 0.95 * mean + 0.05 * total;
    waited += wait;
    worked += milliseconds;
    log.write({
      event: 'step',
      step: progress.step,
      epoch: progress.epoch,
      kind: report.kind,
      losses: report.losses,
      learningRateFactor,
      milliseconds: Math.round(milliseconds * 10) / 10,
      waited: Math.round(wait * 10) / 10,
      ...(cosines ? { cosines } : {}),
    });
    const share = Math.round((100 * waited) / Math.max(1, waited + worked));
    reporter.progress({
      phase: 'training',
      done: progress.step + 1,
      total: progress.epochs * progress.stepsPerEpoch,
      unit: 'steps',
      detail: `epoch ${progress.epoch + 1}/${progress.epochs}, ${report.kind}, loss ${mean.toFixed(4)}${share > 1 ? `, ${share} % of the time waiting for data` : ''}`,
    });
  };
}
