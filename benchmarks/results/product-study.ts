import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlannedRun, Study } from '@gradalign/core';
import type { BenchmarkDefinition, ResultsStudy } from './study-definition.ts';

/** A benchmark as a study of the product, whose search chooses the settings. Plain data: it goes to worker processes as it is. */
export function productStudy(
  { seeds, search }: ResultsStudy,
  name: string,
  { experiment, leaveOut, chooseBy, methods }: BenchmarkDefinition,
  output: string,
): Study {
  return {
    experiment: fileURLToPath(new URL(experiment, import.meta.url)),
    leaveOut,
    methods: Object.fromEntries(Object.entries(methods).map(([method, { set }]) => [method, set])),
    seeds,
    output: join(output, name),
    search: {
      ...search,
      choose: chooseBy.metric,
      per: 'target',
      of: Object.fromEntries(
        Object.entries(methods).map(([method, { search: ranges }]) => [
          method,
          Object.fromEntries(Object.entries(ranges).map(([path, { from, to }]) => [path, { log: [from, to] as const }])),
        ]),
      ),
    },
  };
}

/** One training run or trial. Plain data. */
export interface TrainingJob {
  readonly benchmark: string;
  readonly study: Study;
  readonly target: string;
  readonly method: string;
  readonly seed: number;
  /** Set for a trial, which has no target: it cannot look at it. */
  readonly trial?: number;
  readonly folder: string;
}

export function trainingJob(benchmark: string, study: Study, { target, method, seed, trial, folder }: PlannedRun): TrainingJob {
  return { benchmark, study, target, method, seed, ...(trial === undefined ? {} : { trial }), folder };
}
