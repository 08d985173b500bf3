import type { CommandContext } from '../../command-context.ts';
import { type ExperimentOptions, readExperiment, withExperimentOptions } from '../../options/experiment-options.ts';

export function addCountCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    parent
      .command('count')
      .summary('count the clips that an experiment trains and tests on')
      .description('Counts what an experiment trains on, holds out and tests on. Exit code 1 if these overlap.')
      .argument('<experiment>', 'YAML file'),
  )
    .addHelpText(
      'after',
      `
Examples:
  gradalign protocol count experiment.yaml
  gradalign protocol count experiment.yaml --set data.protocol=ocm-to-i --json`,
    )
    .action((file: string, options: ExperimentOptions) =>
      run(async (terminal) => {
        const { createSeed, loadDomains, recordProtocol, renderProtocol } = await import('@gradalign/core');
        const { experiment, catalogue } = await readExperiment(file, options, terminal);
        const domains = await loadDomains(experiment, catalogue, createSeed(experiment.seed), terminal, { wholeVideos: true });
        const record = recordProtocol(experiment, domains);
        terminal.print(renderProtocol(record));
        terminal.printJson(record);
        return record.checks.heldOutDisjoint && record.checks.targetsDisjoint ? 0 : 1;
      }, options),
    );
}
