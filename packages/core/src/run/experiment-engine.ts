import { type Engine, loadEngine } from '@gradalign/engine';
import type { Experiment } from '../contracts/experiment.ts';
import type { Reporter } from '../contracts/reporter.ts';

/** The engine that the experiment names, with its number of threads. Throws an EngineError where it cannot be loaded. */
export function experimentEngine({ engine, threads }: Experiment, { notice }: Reporter): Promise<Engine> {
  return loadEngine({ engine, notice, ...(threads === undefined ? {} : { threads }) });
}
