import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedExperiment } from '../configuration/load-experiment.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { train } from './train.ts';
import { trialCallbacks } from './trial-callbacks.ts';

/** What a run will take, from a few of its steps. Plain JSON. */
export interface MeasuredSteps {
  /** Steps that were measured, after a first one that prepares. */
  readonly measured: number;
  /** Median seconds of a step of the method. */
  readonly secondsPerStep: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Seconds of all steps, each taken for one of the method. Evaluation, and loading data, come on top. */
  readonly seconds: number;
  /** Bytes that this process has held at most. */
  readonly memory: number;
}

/**
 * Takes the first steps of a run, with the method from the first one on, in a temporary folder, and leaves nothing behind.
 *
 * @throws what `train` throws; the signal's reason if it aborts.
 */
export async function measureSteps(
  { experiment, written, catalogue }: LoadedExperiment,
  { reporter, signal, steps = 5 }: { readonly reporter: Reporter; readonly signal?: AbortSignal; readonly steps?: number },
): Promise<MeasuredSteps> {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-measure-'));
  const enough = new AbortController();
  const times: number[] = [];
  let total = 0;
  const progress: Reporter['progress'] = (state) => {
    if (state.phase !== 'training') return;
    total = state.total;
    times.push(performance.now());
    if (times.length > steps) enough.abort();
  };
  try {
    await train({
      experiment: { ...experiment, optimizer: { ...experiment.optimizer, warmupEpochs: 0 }, callbacks: trialCallbacks(experiment, catalogue).kept },
      ...{ written, catalogue },
      folder: join(folder, 'run'),
      reporter: { ...reporter, notice: (message) => reporter.notice(message), warn: (message) => reporter.warn(message), progress },
      signal: signal ? AbortSignal.any([signal, enough.signal]) : enough.signal,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  signal?.throwIfAborted();
  const between = times.slice(1).map((time, i) => (time - (times[i] as number)) / 1000);
  const secondsPerStep = [...between].sort((a, b) => a - b)[between.length >> 1] ?? 0;
  return { measured: between.length, secondsPerStep, steps: total, seconds: secondsPerStep * total, memory: process.resourceUsage().maxRSS * 1024 };
}
