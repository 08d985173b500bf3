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
        const { cannot, checkWithoutPlugins, ConfigurationError, isStudyFile } = await import('@gradalign/core');
        const problems: unknown[] = [];
        const unchecked: string[] = [];
        for (const file of files) {
          try {
            const study = isStudyFile(file);
            if (study && !options.plugins)
              throw cannot(`validate ${file} without plugins`, 'it is a study', 'its experiment, or no --no-plugins', { exitCode: 2 });
            if (study) await readStudyFile(file, options, terminal);
            else if (options.plugins) await readExperiment(file, options, terminal);
            else {
              const checked = await checkWithoutPlugins(file, { set: options.set, env: process.env, resolveFrom });
              for (const warning of [...checked.warnings, ...checked.unchecked.map((what) => `not checked: ${what}`)]) terminal.warn(warning);
              unchecked.push(...checked.unchecked);
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
