import { type RunResults, renderEvaluations } from '@gradalign/core';
import { duration } from '../duration.ts';

/** The results of a finished run: of the method's own weights, and of those that callbacks offered. */
export function renderResults({ method, steps, evaluation, checkpoint, seconds, weights = {} }: RunResults): string {
  const counts = Object.entries(steps).map(([kind, n]) => `${n} ${kind}`);
  const beside = Object.entries(weights);
  const evaluations = beside.flatMap(([name, of]) => ('error' in of || !of.evaluation ? [] : [[`${method} + ${name}`, of.evaluation] as const]));
  return [
    `${method}: ${counts.join(', ') || 'no'} steps in ${duration(seconds.training)}, checkpoint ${checkpoint}`,
    ...beside.map(([name, of]) => `${method} + ${name}: ${'error' in of ? `none, ${of.error}` : of.about}`),
    ...(evaluation
      ? ['', renderEvaluations({ [evaluations.length > 0 ? method : '']: evaluation, ...Object.fromEntries(evaluations) })]
      : ['the experiment has no target: nothing was tested']),
  ].join('\n');
}
