import { dirname, resolve } from 'node:path';
import type { FailedRun } from '@gradalign/core';
import type { CommandContext } from '../command-context.ts';
import { interruptible } from '../interruptible.ts';
import { resolveFrom } from '../options/bundled-plugins.ts';
import { type ExperimentOptions, withExperimentOptions } from '../options/experiment-options.ts';
import { reportError } from '../report-error.ts';

export function addCompareCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    parent
      .command('compare')
      .summary('run a study and print its table')
      .description(
        'Runs a study: methods x left-out domains (or protocols) x seeds of one experiment. Reuses runs that are finished, and prints a table of all.',
      )
      .argument('<study>', 'YAML file: experiment, leaveOut or protocols, methods, seeds, output'),
  )
    .addHelpText(
      'after',
      `
A study:
  experiment: experiment.yaml       # its data.source holds every domain
  leaveOut: [office, street]        # each is the target in turn; or protocols: [oci-to-m, omi-to-c], with data.domains
  methods:
    erm: { optimizer: { use: erm } }
    gac: { optimizer: { use: gac, rho: 0.1 } }
  seeds: [0, 1, 2]
  output: runs/study
Example: gradalign compare study.yaml`,
    )
    .action((file: string, options: ExperimentOptions) =>
      run(async (terminal) => {
        const { compareRuns, loadStudy, runStudy } = await import('@gradalign/core');
        const study = loadStudy(file, { env: process.env, resolveFrom });
        using interrupt = interruptible(terminal, 'finishing this step, then saving; run the same command again to continue');
        const failed: FailedRun[] = [];
        const onFailed = (one: FailedRun) => {
          failed.push(one);
          terminal.warn(`this run failed, going on with the others: ${one.folder}`);
          reportError(one.error, terminal.error);
        };
        const runs = await runStudy(study, {
          set: options.set,
          data: options.data,
          trust: options.trust ?? [],
          project: dirname(resolve(file)),
          env: process.env,
          resolveFrom,
          reporter: terminal,
          signal: interrupt.signal,
          onFailed,
        });
        const comparison = { ...compareRuns(study, runs), failed: failed.map(({ error, ...which }) => ({ ...which, error: messageOf(error) })) };
        const { renderComparison } = await import('../render/render-comparison.ts');
        terminal.print(renderComparison(comparison));
        terminal.printJson(comparison);
        for (const { method, target, seed, folder, error } of comparison.failed)
          terminal.error(`failed: ${method}, ${target}, seed ${seed} (${folder}): ${error}`);
        if (interrupt.signal.aborted) return 130;
        return failed.length > 0 ? 1 : 0;
      }, options),
    );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
