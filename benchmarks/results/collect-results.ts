import { readFileSync } from 'node:fs';
import { type EvaluationResult, loadExperiment, type RunResults, runPaths } from '@gradalign/core';
import { readCpuSeconds } from './cpu-seconds.ts';
import { readSharpness } from './measure-job.ts';
import type { TrainingJob } from './product-study.ts';
import { cellKey, type FinishedRun, type FinishedStudy } from './run-study.ts';
import type { BenchmarkDefinition, FigureDefinition, ResultsStudy } from './study-definition.ts';
import type { BenchmarkResults, CellResults, DomainFigures, RunFigures, SharpnessFigures, StudyResults } from './study-results.ts';
import { ownPlugins } from './train-job.ts';

/** From the runs' folders to one small document. Figures have six significant digits. */
export async function collectResults(study: ResultsStudy, finished: FinishedStudy): Promise<StudyResults> {
  const benchmarks: Record<string, BenchmarkResults> = {};
  for (const [name, benchmark] of Object.entries(study.benchmarks)) {
    const runs = finished.runs.filter(({ job }) => job.benchmark === name);
    benchmarks[name] = {
      network: await network((runs[0] as FinishedRun).job),
      cost: cost(study, runs),
      cells: benchmark.leaveOut.flatMap((target) =>
        Object.keys(benchmark.methods).map((method) =>
          cell(study, benchmark, {
            target,
            method,
            chosen: finished.chosen.get(cellKey(name, target, method)) as CellResults['chosen'],
            runs: runs.filter(({ job }) => job.target === target && job.method === method),
          }),
        ),
      ),
    };
  }
  return { study, benchmarks, machine: machine((finished.runs[0] as FinishedRun).job) };
}

function cell(
  study: ResultsStudy,
  benchmark: BenchmarkDefinition,
  { target, method, chosen, runs }: Pick<CellResults, 'target' | 'method' | 'chosen'> & { readonly runs: readonly FinishedRun[] },
): CellResults {
  const figures: RunFigures[] = [];
  const diverged: number[] = [];
  for (const { job, outcome } of runs) {
    if (outcome.state === 'diverged') diverged.push(job.seed);
    else figures.push(runFigures(study, benchmark, job, outcome.results));
  }
  return { target, method, chosen, runs: figures, diverged };
}

function runFigures(study: ResultsStudy, benchmark: BenchmarkDefinition, { folder, seed }: TrainingJob, results: RunResults): RunFigures {
  const { figures, chooseBy, sharpness } = benchmark;
  return {
    seed,
    figures: Object.fromEntries(figures.map((figure) => [figure.name, rounded(figureOf(figure, results.evaluation as EvaluationResult))])),
    heldOut: rounded(results.validation?.[chooseBy.metric] as number),
    steps: results.steps,
    ...(sharpness === false ? {} : { sharpness: sharpnessFigures(study, folder) }),
  };
}

function sharpnessFigures(study: ResultsStudy, folder: string): SharpnessFigures {
  const stored = readSharpness({ folder, settings: study.sharpness });
  if (!stored) throw new Error(`Cannot collect ${folder}: its sharpness was not measured`);
  const { domains } = stored.sharpness;
  return {
    weightNorm: rounded(Object.values(domains)[0]?.weightNorm as number),
    domains: Object.fromEntries(
      Object.entries(domains).map(([name, { loss, eigenvalue, random, adversarial }]): [string, DomainFigures] => [
        name,
        {
          loss: rounded(loss),
          eigenvalue: rounded(eigenvalue.value),
          residual: rounded(eigenvalue.residual),
          random: rounded(random.mean - loss),
          adversarial: rounded(adversarial - loss),
        },
      ]),
    ),
  };
}

function figureOf({ name, convention, metric }: FigureDefinition, evaluation: EvaluationResult): number {
  const block = evaluation[convention];
  const value = block && 'pooled' in block ? block.pooled.video.figures[metric] : undefined;
  if (typeof value !== 'number') throw new Error(`Cannot collect '${name}': the run has no figure '${metric}' under '${convention}'`);
  return value;
}

async function network(job: TrainingJob): Promise<BenchmarkResults['network']> {
  const { experiment } = await loadExperiment(runPaths(job.folder).experiment, ownPlugins);
  const { model, data, train } = experiment;
  return {
    model: Object.entries(model)
      .map(([key, value]) => (key === 'use' ? String(value) : `${key} ${value}`))
      .join(', '),
    imageSize: data.image.size,
    batch: data.batch.perDomain,
    epochs: train.epochs,
  };
}

/** Trials are not measured but reckoned: each takes what the runs of its method take, which have as many steps. */
function cost(study: ResultsStudy, runs: readonly FinishedRun[]): BenchmarkResults['cost'] {
  const finished = runs.filter(({ outcome }) => outcome.state === 'finished').map(({ job }) => job);
  const mean = (values: readonly number[]) => Number((values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)).toPrecision(3));
  const methods = [...new Set(finished.map(({ method }) => method))];
  return {
    run: Object.fromEntries(
      methods.map((method) => [method, mean(finished.filter((job) => job.method === method).map(({ folder }) => readCpuSeconds(folder)))]),
    ),
    sharpness: mean(finished.map(({ folder }) => readSharpness({ folder, settings: study.sharpness })?.seconds ?? 0)),
  };
}

function machine({ folder }: TrainingJob): StudyResults['machine'] {
  const {
    machine: own,
    engine,
    node,
  } = JSON.parse(readFileSync(runPaths(folder).environment, 'utf8')) as {
    machine: { cpu: string; cores: number };
    engine: { name: string; version: string };
    node: string;
  };
  return { cpu: own.cpu, cores: own.cores, engine: `${engine.name} ${engine.version}`, node };
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
