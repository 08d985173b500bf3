import { bundledPlugins, type ExperimentOptions, withExperimentOptions } from '../experiment-options.ts';
import { interruptible } from '../interrupt.ts';
import type { CommandContext } from '../main.ts';

export function addCompareCommand({ program, run }: CommandContext): void {
  withExperimentOptions(program.command('compare'))
    .description('methods x left-out domains (or protocols) x seeds on one experiment: runs what is missing, reuses what is there, ends with a table')
    .argument('<study>', 'YAML file: experiment, leaveOut or protocols, methods, seeds, output')
    .addHelpText(
      'after',
      `
A study:
  experiment: experiment.yaml       # its data.source names every domain
  leaveOut: [office, street]        # each is the target in turn; or protocols: [oci-to-m, omi-to-c], on data.domains
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
        const study = loadStudy(file, { env: process.env, resolveFrom: [bundledPlugins] });
        using interrupt = interruptible(terminal, 'finishing this step, then saving; the same command goes on');
        const runs = await runStudy(study, { set: options.set, env: process.env, resolveFrom: [bundledPlugins], reporter: terminal, signal: interrupt.signal });
        const comparison = compareRuns(study, runs);
        const { renderComparison } = await import('../render-comparison.ts');
        terminal.print(renderComparison(comparison));
        terminal.printJson(comparison);
        return interrupt.signal.aborted ? 130 : 0;
      }, options),
    );
}
