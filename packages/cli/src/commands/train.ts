import { dirname, resolve } from 'node:path';
import type { LoadedExperiment } from '@gradalign/core';
import type { CommandContext } from '../command-context.ts';
import { duration } from '../duration.ts';
import { interruptible } from '../interruptible.ts';
import { openJobLine } from '../jobs/job-messages.ts';
import { untilFree } from '../jobs/until-free.ts';
import { resolveFrom } from '../options/bundled-plugins.ts';
import { type ExperimentOptions, readExperiment, withExperimentOptions } from '../options/experiment-options.ts';
import { optionReader } from '../options/option-reader.ts';
import { readStudyRunName, type StudyRunOptions, withStudyRunOptions } from '../options/study-run-options.ts';
import { reportError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';
import { overfitting } from './train/overfitting.ts';
import { profiling } from './train/profiling.ts';
import { tryEverything } from './train/try-everything.ts';

interface TrainOptions extends ExperimentOptions, StudyRunOptions {
  readonly output?: string;
  readonly resume?: string | boolean;
  readonly estimate?: boolean;
  readonly wait?: string;
  readonly fastDevRun?: boolean;
  readonly overfit?: string;
  readonly below?: string;
  readonly profile?: string | boolean;
}

export function addTrainCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    withStudyRunOptions(
      parent
        .command('train')
        .summary('train the model of an experiment')
        .description('Trains the model of an experiment, or of one run of a study, and evaluates it on its targets.')
        .argument('[experiment]', 'YAML file of an experiment or a study; not needed with --resume <run folder>')
        .option('-o, --output <folder>', 'folder of the run (default: runs/<name of the file>-seed<n>)')
        .option('--resume [run folder]', 'continue an interrupted run, or a finished one with more epochs')
        .option('--wait <seconds>', 'of a study: wait so long for a folder that another process works in (default: 0)')
        .option('--estimate', 'only measure a few steps, and say what the whole run takes')
        .option('--fast-dev-run', 'only try everything on four steps: load, train, save, resume, evaluate, report; in a temporary folder')
        .option('--overfit <n>', 'only train on n images, without augmentation, until the risk is below a bound; or say what hinders, with exit code 1')
        .option('--profile [file]', 'only take a few steps, and write where their time goes as a Chrome trace (default: trace.json)')
        .option('--below <risk>', 'with --overfit: the bound (default: a tenth of log(classes), 0.069 for two)'),
    ),
  )
    .addHelpText(
      'after',
      `
Examples:
  gradalign train experiment.yaml
  gradalign train experiment.yaml --set optimizer.rho=0.05 --set seed=1 --output runs/rho-005
  gradalign train --resume runs/experiment-seed0
  gradalign train --resume runs/experiment-seed0 --set train.epochs=100     # goes on with a finished run
  gradalign train --resume moved/run --data office=/mnt/office
  gradalign train study.yaml --method gac --target office --seed 1          # one run of a study; goes on with a part`,
    )
    .action((file: string | undefined, options: TrainOptions) =>
      run(async (terminal) => {
        const { cannot, isStudyFile, runPaths, train } = await import('@gradalign/core');
        const trying = await chooseTrial(options);
        if (file !== undefined && (isStudyFile(file) || [options.method, options.target, options.seed, options.trial].some((one) => one !== undefined)))
          return trainRunOfStudy(file, options, trying, terminal);
        if (options.wait !== undefined) (await optionReader('train')).refuse('--wait is given', 'it with a run of a study only');
        const resumed = typeof options.resume === 'string' ? options.resume : undefined;
        const source = file ?? (resumed === undefined ? undefined : runPaths(resumed).experiment);
        if (source === undefined) throw cannot('train', 'no experiment is given', 'a YAML file or --resume <run folder>', { exitCode: 2 });
        const loaded = await readExperiment(source, { ...options, isRun: file === undefined }, terminal);
        if (trying) return trying(loaded, terminal);
        const { experiment, written, catalogue } = loaded;
        const folder = resolve(options.output ?? resumed ?? experiment.output ?? defaultFolder(source, experiment.name, experiment.seed));
        using interrupt = interruptible(terminal, 'finishing this step, then saving');
        const outcome = await train({
          experiment,
          written,
          catalogue,
          folder,
          resume: options.resume !== undefined && options.resume !== false,
          reporter: terminal,
          signal: interrupt.signal,
        });
        if (outcome.reason === 'interrupted') {
          const { epoch, step } = outcome.position;
          terminal.warn(`interrupted at epoch ${epoch}, step ${step}; resume with: gradalign train --resume ${JSON.stringify(folder)}`);
          return 130;
        }
        const { renderResults } = await import('../render/render-results.ts');
        terminal.print(renderResults(outcome.results));
        terminal.print(`\nwritten to ${folder}`);
        terminal.printJson({ folder, ...outcome.results });
        return 0;
      }, options),
    );
}

/** Needs no --resume: what is there is gone on with, as the study itself does. */
async function trainRunOfStudy(file: string, options: TrainOptions, trying: Trial | undefined, terminal: Terminal): Promise<number> {
  const { cannot, describeHolder, describeSearch, loadPlannedRun, loadStudy, requireSettledSearch, runSearch, searchOutcomes, trainStudyRun } = await import(
    '@gradalign/core'
  );
  const { set, data, trust = [], output } = options;
  const loading = { set, data, trust, project: dirname(resolve(file)), env: process.env, resolveFrom };
  const study = await requireSettledSearch(loadStudy(file, { env: process.env, resolveFrom }), loading);
  const which = await readStudyRunName(file, study, options);
  if (typeof options.resume === 'string')
    throw cannot(`train a run of the study ${file}`, `--resume names ${options.resume}`, '--output <folder>, which goes on with the run in it', {
      exitCode: 2,
    });
  const wait = (await optionReader('train')).number('wait', options.wait ?? '0', { least: 0, most: 86_400 });
  if (trying) return trying(await loadPlannedRun(study, which, loading), terminal);
  using line = openJobLine();
  using interrupt = interruptible(terminal, 'finishing this step, then saving; run the same command again to continue');
  const reporter = line?.reporter(terminal) ?? terminal;
  const folder = output === undefined ? {} : { folder: resolve(output) };
  const { wholeNumber, refuse } = await optionReader('train');
  if (options.until !== undefined && which.trial === undefined) refuse('--until is given without --trial', 'both');
  if (options.search) {
    const searched = await runSearch(study, which, { ...loading, reporter, signal: interrupt.signal });
    terminal.print(describeSearch(study, searched));
    terminal.printJson(searchOutcomes([searched])[0]);
    if (interrupt.signal.aborted) return 130;
    return searched.choice ? 0 : 1;
  }
  const until = options.until === undefined ? {} : { until: wholeNumber('until', options.until, { least: 1, most: 1e6 }) };
  const start = () => trainStudyRun(study, which, { ...loading, ...folder, ...until, reporter, signal: interrupt.signal });
  const outcome = await untilFree(start, wait, interrupt.signal).catch((error: unknown) => {
    reportError(error, (text) => line?.tell({ error: text }));
    throw error;
  });
  line?.tell({ outcome: outcome.state });
  if (outcome.state === 'taken' && !interrupt.signal.aborted)
    throw cannot(`train in ${outcome.folder}`, `${describeHolder(outcome.holder)} is running in it`, 'one process a folder: run it again when that has ended');
  if (outcome.state === 'interrupted' || outcome.state === 'taken') {
    terminal.warn(`interrupted; run the same command again to continue (${outcome.folder})`);
    return 130;
  }
  if (outcome.state === 'paused') {
    terminal.print(`paused after ${outcome.epoch} epochs, to be compared with the other trials (${outcome.folder})`);
    terminal.printJson({ folder: outcome.folder, paused: outcome.epoch });
    return 0;
  }
  if (outcome.state === 'diverged') {
    terminal.print(`diverged: the search goes on without this trial (${outcome.folder})`);
    terminal.printJson({ folder: outcome.folder, diverged: outcome.message });
    return 0;
  }
  const { renderResults } = await import('../render/render-results.ts');
  terminal.print(renderResults(outcome.results));
  terminal.print(`\nwritten to ${outcome.folder}`);
  terminal.printJson({ folder: outcome.folder, ...outcome.results });
  return 0;
}

/** What is done with the experiment instead of the whole run; returns the exit code. */
type Trial = (loaded: LoadedExperiment, terminal: Terminal) => Promise<number>;

/** At most one; none of them writes to a run's folder. */
async function chooseTrial(options: TrainOptions): Promise<Trial | undefined> {
  const { cannot } = await import('@gradalign/core');
  const asked: [string, Trial][] = [
    ...(options.estimate ? [['--estimate', estimate] as [string, Trial]] : []),
    ...(options.overfit === undefined ? [] : [['--overfit', await overfitting(options.overfit, options.below)] as [string, Trial]]),
    ...(options.profile === undefined || options.profile === false ? [] : [['--profile', await profiling(options.profile)] as [string, Trial]]),
    ...(options.fastDevRun ? [['--fast-dev-run', tryEverything] as [string, Trial]] : []),
  ];
  const [first, second] = asked;
  if (options.below !== undefined && options.overfit === undefined) throw cannot('train', '--below is given', 'it with --overfit only', { exitCode: 2 });
  if (!first) return undefined;
  const refuse = (other: string) => cannot(`train with ${first[0]}`, `${other} is given too`, 'one of them', { exitCode: 2 });
  if (second) throw refuse(second[0]);
  if (options.output !== undefined && first[0] !== '--estimate') throw refuse('--output');
  if (options.resume !== undefined && options.resume !== false && first[0] !== '--estimate') throw refuse('--resume');
  return first[1];
}

async function estimate(loaded: LoadedExperiment, terminal: Terminal): Promise<number> {
  const { measureSteps } = await import('@gradalign/core');
  using interrupt = interruptible(terminal, 'stopping');
  const measured = await measureSteps(loaded, { reporter: terminal, signal: interrupt.signal });
  terminal.print(
    `${measured.steps} steps of ${(measured.secondsPerStep * 1000).toFixed(0)} ms: ${duration(measured.seconds)}, without evaluation; ${(measured.memory / 1e9).toFixed(1)} GB of memory`,
  );
  terminal.printJson(measured);
  return 0;
}

/** runs/<name of the experiment or of its file>-seed<n>. */
function defaultFolder(file: string, name: string | undefined, seed: number): string {
  const stem = name ?? file.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/i, '');
  return `runs/${stem}-seed${seed}`;
}
