import type { CommandContext } from '../command-context.ts';
import { type ExperimentOptions, readExperiment, withExperimentOptions } from '../options/experiment-options.ts';

export function addShowCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    parent
      .command('show')
      .summary('print an experiment with all defaults filled in')
      .description('Prints an experiment as it would run: files it extends are merged in, and all defaults are filled in.')
      .argument('<experiment>', 'YAML file'),
  )
    .addHelpText('after', '\nExample: gradalign show experiment.yaml --set seed=3 > resolved.yaml')
    .action((file: string, options: ExperimentOptions) =>
      run(async (terminal) => {
        const { showExperiment } = await import('@gradalign/core');
        const { experiment } = await readExperiment(file, options, terminal);
        terminal.print(showExperiment(experiment).trimEnd());
        terminal.printJson(experiment);
        return 0;
      }, options),
    );
}
