import { dirname, resolve } from 'node:path';
import type { Comparison, FailedRun, SearchOutcome } from '@gradalign/core';
import { seedOrTrial } from '@gradalign/core/rendering';
import type { CommandContext } from '../command-context.ts';
import { interruptible } from '../interruptible.ts';
import { finishedRuns } from '../jobs/finished-runs.ts';
import { printPlan } from '../jobs/print-plan.ts';
import { printStatus } from '../jobs/print-status.ts';
import { readJobsOptions, runPlanned } from '../jobs/run-planned.ts';
import { readSlurmMode } from '../jobs/slurm/read-slurm-mode.ts';
import { submitStudy } from '../jobs/slurm/submit-study.ts';
import { resolveFrom } from '../options/bundled-plugins.ts';
import { comparisonFormat, comparisonFormats } from '../options/comparison-format.ts';
import { type ExperimentOptions, withExperimentOptions } from '../options/experiment-options.ts';
import { readStudyFile } from '../options/read-study-file.ts';
import { repeatable } from '../options/repeatable.ts';
import { reportError } from '../report-error.ts';

interface CompareOptions extends ExperimentOptions {
  readonly baseline?: string;
  readonly published: readonly string[];
  readonly format?: string;
  readonly output?: string;
  readonly plan?: boolean;
  readonly estimate?: boolean;
  readonly status?: boolean;
  readonly jobs?: string;
  readonly threadsPerJob?: string;
  readonly slurm?: string | true;
  readonly dryRun?: boolean;
  readonly finished?: boolean;
}

export function addCompareCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    parent
      .command('compare')
      .summary('run a study and print its table')
      .description(
        'Runs a study: methods x left-out domains (or protocols) x seeds of one experiment. Reuses runs that are finished, and prints a table of all.',
      )
      .argument('<study>', 'YAML file: experiment, leaveOut or protocols, methods, seeds, output')
      .option('--baseline <method>', "test the other methods against this one, paired by seed and target (default: the study's)")
      .addOption(repeatable('--published <file>', 'YAML file of published figures, for a block of their own', "the study's"))
      .option('--format <format>', `${comparisonFormats.join(', ')} (default: terminal, or by the name of the file)`)
      .option('-o, --output <file>', 'write the comparison to this file too')
      .option('--plan', 'only print the command of each run that is not finished')
      .option('--estimate', 'with --plan: measure a few steps of each method on each target, and say what the runs take')
      .option('--status', 'only print how far each run is, from the folders')
      .option('--jobs <n>', 'train n runs at a time, each in a process of its own; what one prints is in its folder: train.log')
      .option('--threads-per-job <n>', "threads of each (default: the experiment's, or the cores of this machine, shared out)")
      .option('--slurm [options.yaml]', 'submit the runs to SLURM as job arrays, and a job that makes table and report')
      .option('--dry-run', 'with --slurm: only print what would be submitted')
      .option('--finished', 'compare what is finished, and train nothing'),
  )
    .addHelpText(
      'after',
      `
A study:
  experiment: experiment.yaml       # its data.source holds every domain
  leaveOut: [office, street]        # each is the target in turn; or protocols: [oci-to-m, omi-to-c], with data.domains
  methods:
    erm: { optimizer: { use: erm } }            # base and warmupEpochs are the experiment's unless written
    gac: { optimizer: { use: gac, rho: 0.1 } }
  seeds: [0, 1, 2]
  output: runs/study
  baseline: erm                     # the others are tested against it
  search:                           # settings chosen on source data; trials never load the target
    { trials: 20, of: { optimizer.rho: { log: [0.01, 0.5] } }, choose: hter }
  published: published.yaml         # source: <paper, table>; methods: { gac: { office: { hter: 5.0 } } }
Examples:
  gradalign compare study.yaml --format latex -o table.tex
  gradalign compare study.yaml --jobs 4             # also on several machines at once that share the folder
  gradalign compare study.yaml --plan -q | parallel -j 4
  gradalign compare study.yaml --slurm slurm.yaml   # partition: gpu, gres: gpu:1, time: 1-00:00:00, memory: 16G`,
    )
    .action((file: string, options: CompareOptions) =>
      run(async (terminal) => {
        const { cannot, compareRuns, readPublishedFigures, runStudy, searchOutcomes, suggestion, writeAtomically } = await import('@gradalign/core');
        const format = await comparisonFormat(options);
        const slurm = await readSlurmMode(options);
        const study = await readStudyFile(file, options, terminal);
        const loading = { set: options.set, data: options.data, trust: options.trust ?? [], project: dirname(resolve(file)), env: process.env, resolveFrom };
        const methods = Object.keys(study.methods);
        const { baseline = study.baseline } = options;
        if (baseline !== undefined && !methods.includes(baseline))
          throw cannot(`compare with '${baseline}'`, 'the study has no such method', `one of ${methods.join(', ')}${suggestion(baseline, methods)}`, {
            exitCode: 2,
          });
        const files = options.published.length > 0 ? options.published : (study.published ?? []);
        const published = files.map((path) => readPublishedFigures(path, loading));
        const asked = await readJobsOptions(options);
        if (slurm) {
          const table = options.output === undefined ? {} : { table: resolve(options.output) };
          const submission = { slurm, loading, shared: options, dryRun: options.dryRun === true, tableArguments: tableArguments(options), ...table };
          return submitStudy(file, study, submission, terminal);
        }
        if (options.status) return printStatus(study, loading, terminal);
        if (options.plan) return printPlan(file, study, { ...options, loading }, terminal);
        using interrupt = interruptible(terminal, 'finishing this step, then saving; run the same command again to continue');
        const failed: FailedRun[] = [];
        const onFailed = (one: FailedRun) => {
          failed.push(one);
          terminal.warn(`this run failed, going on with the others: ${one.folder}`);
          reportError(one.error, terminal.error);
        };
        let searches: readonly SearchOutcome[] = [];
        const onSearched = (ended: Parameters<typeof searchOutcomes>[0]) => {
          searches = searchOutcomes(ended);
        };
        const runs = options.finished
          ? await finishedRuns(study, { loading, onFailed, onSearched }, terminal)
          : asked
            ? await runPlanned(file, study, { ...asked, options, loading, onFailed, onSearched }, terminal, interrupt.signal)
            : await runStudy(study, { ...loading, reporter: terminal, signal: interrupt.signal, onFailed, onSearched });
        const comparison: Comparison = compareRuns(study, runs, {
          failed: failed.map(({ error, ...which }) => ({ ...which, error: messageOf(error) })),
          published,
          searches,
          ...(baseline === undefined ? {} : { baseline }),
        });
        const { renderComparisonAs } = await import('../render/render-comparison-as.ts');
        if (options.output !== undefined) writeAtomically(options.output, await renderComparisonAs(format, comparison));
        terminal.print((await renderComparisonAs(options.output === undefined ? format : 'terminal', comparison)).trimEnd());
        terminal.printJson(comparison);
        for (const { folder, error, ...run } of comparison.failed)
          terminal.error(`failed: ${run.method}, ${run.target}, ${seedOrTrial(run)} (${folder}): ${error}`);
        if (interrupt.signal.aborted) return 130;
        return comparison.failed.length > 0 ? 1 : 0;
      }, options),
    );
}

/** What `--slurm` passes on to the job that makes the table. */
function tableArguments({ baseline, published, format }: CompareOptions): string[] {
  const named = Object.entries({ baseline, format }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
  return [...named, ...published.map((file) => `--published=${file}`)];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
