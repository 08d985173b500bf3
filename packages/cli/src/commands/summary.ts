import type { CommandContext } from '../command-context.ts';
import { untilInterrupted } from '../interruptible.ts';
import { type ExperimentOptions, withExperimentOptions } from '../options/experiment-options.ts';
import { optionReader } from '../options/option-reader.ts';
import { readTrained } from '../options/read-trained.ts';
import { type StudyRunOptions, withStudyRunOptions } from '../options/study-run-options.ts';

interface SummaryOptions extends ExperimentOptions, StudyRunOptions {
  readonly steps: string;
}

export function addSummaryCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    withStudyRunOptions(
      parent
        .command('summary')
        .summary('list the layers of an experiment, and measure a step')
        .description(
          'Lists the layers that an experiment trains, with shapes and weights, and measures memory and time of a step on its own data. Writes nothing.',
        )
        .argument('<experiment>', 'YAML file of an experiment, or of a study')
        .option('--steps <n>', 'steps to measure, after a first one that prepares', '3'),
    ),
  )
    .addHelpText('after', '\nExample: gradalign summary experiment.yaml --set data.image.size=128')
    .action((file: string, options: SummaryOptions) =>
      run(async (terminal) => {
        const { summarize } = await import('@gradalign/core');
        const steps = (await optionReader('summarize the experiment')).wholeNumber('steps', options.steps, { least: 1, most: 1000 });
        const loaded = await readTrained(file, options, terminal);
        return untilInterrupted(terminal, 'finishing this step, then stopping', async (signal) => {
          const summary = await summarize(loaded, { reporter: terminal, signal, steps });
          const { renderSummary } = await import('../render/render-summary.ts');
          terminal.print(renderSummary(summary));
          terminal.printJson(summary);
          return 0;
        });
      }, options),
    );
}
