import type { CommandContext } from '../command-context.ts';
import { type ExperimentOptions, readExperiment, withExperimentOptions } from '../options/experiment-options.ts';
import { readStudyFile } from '../options/read-study-file.ts';

export function addValidateCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    parent
      .command('validate')
      .summary('check experiments and studies for mistakes')
      .description(
        'Checks experiments, and studies with the experiment of every method. Reports every problem at once, with its place in the file; exit code 2 if there is one.',
      )
      .argument('<experiment...>', 'YAML files'),
  )
    .addHelpText('after', '\nExample: gradalign validate experiment.yaml')
    .action((files: string[], options: ExperimentOptions) =>
      run(async (terminal) => {
        const { ConfigurationError, isStudyFile } = await import('@gradalign/core');
        const problems: unknown[] = [];
        for (const file of files) {
          try {
            if (isStudyFile(file)) await readStudyFile(file, options, terminal);
            else await readExperiment(file, options, terminal);
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
