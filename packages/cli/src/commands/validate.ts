import type { CommandContext } from '../command-context.ts';
import { type ExperimentOptions, readExperiment, withExperimentOptions } from '../options/experiment-options.ts';

export function addValidateCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    parent
      .command('validate')
      .summary('check experiments for mistakes')
      .description('Checks experiments and reports every problem at once, with its place in the file. Exit code 2 if there is one.')
      .argument('<experiment...>', 'YAML files'),
  )
    .addHelpText('after', '\nExample: gradalign validate experiment.yaml')
    .action((files: string[], options: ExperimentOptions) =>
      run(async (terminal) => {
        const { ConfigurationError } = await import('@gradalign/core');
        const problems: unknown[] = [];
        for (const file of files) {
          try {
            await readExperiment(file, options, terminal);
            terminal.print(`${file}: valid`);
          } catch (error) {
            if (!(error instanceof ConfigurationError)) throw error;
            problems.push(...error.problems);
            if (!options.json) terminal.error(error.message);
          }
        }
        terminal.printJson({ valid: problems.length === 0, problems });
        return problems.length === 0 ? 0 : 2;
      }, options),
    );
}
