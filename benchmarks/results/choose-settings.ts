import type { Settings } from './draw-trials.ts';
import type { JobOutcome } from './job-outcome.ts';
import type { TrainingJob } from './plan-jobs.ts';
import type { BenchmarkDefinition } from './study-definition.ts';

/** A trial with what became of it. */
export interface Trial {
  readonly job: TrainingJob;
  readonly outcome: JobOutcome;
}

export interface ChosenSettings {
  readonly settings: Settings;
  /** Its figure on the held-out share of the sources. */
  readonly figure: number;
  /** Trials that were compared, and how many of them diverged. */
  readonly trials: number;
  readonly diverged: number;
}

/** The best trial by its figure on the held-out share of the SOURCES; of equal ones the first. A trial that diverged is never chosen. */
export function chooseSettings(trials: readonly Trial[], { metric, best }: BenchmarkDefinition['chooseBy']): ChosenSettings {
  let chosen: { readonly settings: Settings; readonly figure: number } | undefined;
  for (const { job, outcome } of trials) {
    const figure = outcome.state === 'finished' ? outcome.results.validation?.[metric] : undefined;
    if (figure === undefined) continue;
    if (!chosen || (best === 'highest' ? figure > chosen.figure : figure < chosen.figure)) chosen = { settings: job.drawn, figure };
  }
  if (!chosen) throw new Error(`Cannot choose settings: none of ${trials.length} trials has a figure '${metric}' on the held-out share, expected at least one`);
  return { ...chosen, trials: trials.length, diverged: trials.filter(({ outcome }) => outcome.state === 'diverged').length };
}
