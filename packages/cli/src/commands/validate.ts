import { bundledPlugins, type ExperimentOptions, withExperimentOptions } from '../experiment-options.ts';
import type { CommandContext } from '../main.ts';

export function addValidateCommand({ program, run }: CommandContext): void {
  withExperimentOptions(program.command('validate'))
    .description('check experiments: every problem at once, with its place in the file')
    .argument('<experiment...>', 'YAML files')
    .addHelpText('after', '\nExample: gradalign validate experiment.yaml')
    .action((files: string[], options: ExperimentOptions) =>
      run(async (terminal) => {
        const { ConfigurationError, loadExperiment } = await import('@gradalign/core');
        const problems: unknown[] = [];
        for (const file of files) {
          try {
            const { warnings } = await loadExperiment(file, { set: options.set, env: process.env, resolveFrom: [bundledPlugins] });
            for (const warning of warnings) terminal.warn(warning);
            terminal.print(`${file}: valid`);
          } catch (error) {
            if (!(error instanceof ConfigurationError)) throw error;
            problems.push(...error.problems);
            if (!options.json) console.error(error.message);
          }
        }
        terminal.printJson({ valid: problems.length === 0, problems });
        return problems.length === 0 ? 0 : 2;
      }, options),
    );
}
