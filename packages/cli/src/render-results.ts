import { type RunResults, renderEvaluation } from '@gradalign/core';
import { duration } from './terminal.ts';

/** What a finished run ends with. */
export function renderResults({ method, steps, evaluation, checkpoint, seconds }: RunResults): string {
  const counts = Object.entries(steps).map(([kind, n]) => `${n} ${kind}`);
  return [
    `${method}: ${counts.join(', ') || 'no'} steps in ${duration(seconds.training)}, checkpoint ${checkpoint}`,
    ...(evaluation ? ['', renderEvaluation(evaluation)] : ['no target is named: nothing was tested']),
  ].join('\n');
}
