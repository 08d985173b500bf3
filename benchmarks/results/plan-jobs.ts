import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawTrials, type Settings } from './draw-trials.ts';
import type { BenchmarkDefinition, MethodDefinition, ResultsStudy } from './study-definition.ts';

/** One training run. Plain data: it goes to worker processes as it is. */
export interface TrainingJob {
  readonly kind: 'trial' | 'run';
  readonly benchmark: string;
  readonly target: string;
  readonly method: string;
  readonly seed: number;
  /** Absolute path of the experiment. */
  readonly experiment: string;
  /** Path in the experiment to value. */
  readonly set: Settings;
  /** What was drawn (of a trial), or chosen (of a run). */
  readonly drawn: Settings;
  /** A trial has no target: it cannot look at it. */
  readonly withTarget: boolean;
  readonly folder: string;
}

/** The trials of every method and left-out domain. */
export function planTrials(study: ResultsStudy, output: string): TrainingJob[] {
  const { trials, seed } = study.search;
  return cells(study).flatMap(({ name, benchmark, target, method, definition }) =>
    drawTrials(definition.search, { trials, seed }).map((drawn, trial) =>
      job({ kind: 'trial', name, benchmark, target, method, definition, seed, drawn, output, label: `trial${trial}` }),
    ),
  );
}

/** The reported runs, with the settings that `chosen` gives for each cell. Seeds vary slowest: every method has a number early. */
export function planRuns(study: ResultsStudy, output: string, chosen: (benchmark: string, target: string, method: string) => Settings): TrainingJob[] {
  return study.seeds.flatMap((seed) =>
    cells(study).map(({ name, benchmark, target, method, definition }) =>
      job({ kind: 'run', name, benchmark, target, method, definition, seed, drawn: chosen(name, target, method), output, label: `seed${seed}` }),
    ),
  );
}

interface Cell {
  readonly name: string;
  readonly benchmark: BenchmarkDefinition;
  readonly target: string;
  readonly method: string;
  readonly definition: MethodDefinition;
}

function cells({ benchmarks }: ResultsStudy): Cell[] {
  return Object.entries(benchmarks).flatMap(([name, benchmark]) =>
    benchmark.leaveOut.flatMap((target) => Object.entries(benchmark.methods).map(([method, definition]) => ({ name, benchmark, target, method, definition }))),
  );
}

interface JobParts extends Cell {
  readonly kind: TrainingJob['kind'];
  readonly seed: number;
  readonly drawn: Settings;
  readonly output: string;
  readonly label: string;
}

function job({ kind, name, benchmark, target, method, definition, seed, drawn, output, label }: JobParts): TrainingJob {
  const experiment = fileURLToPath(new URL(benchmark.experiment, import.meta.url));
  const set = { seed, 'data.leaveOut': target, ...definition.set, ...drawn };
  // Six digits of all that it is made of: a changed study never takes an old run for its own.
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([readFileSync(experiment, 'utf8'), set]))
    .digest('hex')
    .slice(0, 6);
  const folder = join(output, name, kind === 'trial' ? 'trials' : 'runs', `${target}-${method}-${label}-${fingerprint}`);
  return { kind, benchmark: name, target, method, seed, experiment, set, drawn, withTarget: kind === 'run', folder };
}
