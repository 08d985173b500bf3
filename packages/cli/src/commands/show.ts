import { bundledPlugins, type ExperimentOptions, withExperimentOptions } from '../experiment-options.ts';
import type { CommandContext } from '../main.ts';

export function addShowCommand({ program, run }: CommandContext): void {
  withExperimentOptions(program.command('show'))
    .description('print the resolved experiment, with every default filled in')
    .argument('<experiment>', 'the YAML file')
    .addHelpText('after', '\nExample: gradalign show experiment.yaml --set seed=3 > resolved.yaml')
    .action((file: string, options: ExperimentOptions) =>
      run(async (terminal) => {
        const { loadExperiment, showExperiment } = await import('@gradalign/core');
        const { experiment, warnings } = await loadExperiment(file, { set: options.set, env: process.env, resolveFrom: [bundledPlugins] });
        for (const warning of warnings) terminal.warn(warning);
        terminal.print(showExperiment(experiment).trimEnd());
        terminal.printJson(experiment);
        return 0;
      }, options),
    );
}
