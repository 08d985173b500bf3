import type { CommandContext } from '../command-context.ts';
import { resolveFrom } from '../options/bundled-plugins.ts';
import { type ExperimentOptions, readExperiment, withExperimentOptions } from '../options/experiment-options.ts';
import { readStudyFile } from '../options/read-study-file.ts';

interface ValidateOptions extends ExperimentOptions {
  /** False with `--no-plugins`. */
  readonly plugins: boolean;
}

export function addValidateCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    parent
      .command('validate')
      .summary('check experiments and studies for mistakes')
      .description(
        'Checks experiments, and studies with the experiment of every method. Reports every problem at once, with its place in the file; exit code 2 if there is one.',
      )
      .argument('<experiment...>', 'YAML files')
      .option('--no-plugins', "run no code but gradalign's own: what other plugins offer is not checked"),
  )
    .addHelpText('after', '\nExample: gradalign validate experiment.yaml')
    .action((files: string[], options: ValidateOptions) =>
      run(async (terminal) => {
        const { checkWithoutPlugins, ConfigurationError, isStudyFile, loadStudy } = await import('@gradalign/core');
        const problems: unknown[] = [];
        const unchecked: string[] = [];
        for (const file of files) {
          try {
            const study = isStudyFile(file);
            if (options.plugins) await (study ? readStudyFile : readExperiment)(file, options, terminal);
            else {
              const experiment = study ? loadStudy(file, { env: process.env, resolveFrom }).experiment : file;
              const checked = await checkWithoutPlugins(experiment, { set: options.set, env: process.env, resolveFrom });
              const left = [...checked.unchecked, ...(study ? [`what the methods of ${file} change`] : [])];
              for (const warning of [...checked.warnings, ...left.map((what) => `not checked: ${what}`)]) terminal.warn(warning);
              unchecked.push(...left);
            }
            terminal.print(`${file}: valid${unchecked.length > 0 ? ' as far as it was checked' : ''}`);
          } catch (error) {
            if (!(error instanceof ConfigurationError)) throw error;
            problems.push(...error.problems);
            if (!options.json) terminal.error(error.message);
          }
        }
        terminal.printJson({ valid: problems.length === 0, problems, ...(options.plugins ? {} : { unchecked }) });
        return problems.length === 0 ? 0 : 2;
      }, options),
    );
}
