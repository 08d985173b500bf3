import type { CommandContext } from '../command-context.ts';
import { resolveFrom } from '../options/bundled-plugins.ts';
import { type ExperimentOptions, readExperiment, withExperimentOptions } from '../options/experiment-options.ts';
import { readStudyFile } from '../options/read-study-file.ts';

export function addShowCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    parent
      .command('show')
      .summary('print an experiment with all defaults filled in')
      .description(
        'Prints an experiment as it would run: files it extends are merged in, and all defaults are filled in. Of a study: what each method changes and inherits.',
      )
      .argument('<experiment>', 'YAML file'),
  )
    .addHelpText('after', '\nExample: gradalign show experiment.yaml --set seed=3 > resolved.yaml')
    .action((file: string, options: ExperimentOptions) =>
      run(async (terminal) => {
        const { describePlan, isStudyFile, showExperiment } = await import('@gradalign/core');
        if (isStudyFile(file)) {
          const plan = await describePlan(await readStudyFile(file, options, terminal), {
            set: options.set,
            data: options.data,
            env: process.env,
            resolveFrom,
          });
          const { renderPlan } = await import('../render/render-plan.ts');
          terminal.print(renderPlan(plan));
          terminal.printJson(plan);
          return 0;
        }
        const { experiment } = await readExperiment(file, options, terminal);
        terminal.print(showExperiment(experiment).trimEnd());
        terminal.printJson(experiment);
        return 0;
      }, options),
    );
}
