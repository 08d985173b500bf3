import type { CommandContext } from '../command-context.ts';
import { interruptible } from '../interruptible.ts';
import { optionReader } from '../options/option-reader.ts';
import { withOutputOptions } from '../options/output-options.ts';
import { openRun, type RunOptions, withCheckpointOption } from '../options/run-options.ts';

interface FeaturesOptions extends Omit<RunOptions, 'weights'> {
  readonly samples: string;
  readonly neighbors: string;
  readonly output?: string;
}

export function addFeaturesCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('features')
    .summary('project the features of a trained run onto two dimensions')
    .description(
      'Takes the features that a trained run gives images of its domains and puts them into two dimensions: along their principal components, and by UMAP. gradalign report draws them by domain and class.',
    )
    .argument('<run>', 'folder of the run')
    .option('--samples <n>', 'images in all, spread evenly over domains and classes', '1500')
    .option('--neighbors <n>', 'neighbors that UMAP looks at: few show small groups, many the whole', '15')
    .option('-o, --output <file>', "where to write them (default: features.json in the run's folder, where the report looks)");
  withOutputOptions(withCheckpointOption(command))
    .addHelpText(
      'after',
      `
A file that holds the features of these weights and images is kept, and nothing is measured.
Example: gradalign features runs/experiment-seed0`,
    )
    .action((folder: string, options: FeaturesOptions) =>
      run(async (terminal) => {
        const [{ runFeatures }, { requireOutput }, { join }] = await Promise.all([import('@gradalign/report'), import('@gradalign/core'), import('node:path')]);
        const { wholeNumber } = await optionReader('show the features');
        const settings = {
          samples: wholeNumber('samples', options.samples, { least: 4, most: 5000 }),
          neighbors: wholeNumber('neighbors', options.neighbors, { least: 2, most: 200 }),
          file: options.output ?? join(folder, 'features.json'),
        };
        if (options.output !== undefined) requireOutput(options.output);
        using interrupt = interruptible(terminal, 'stopping; nothing is written');
        await using trained = await openRun(folder, options, terminal);
        const { features, reused } = await runFeatures(trained, { ...settings, signal: interrupt.signal });
        const { points, dimensions, explained } = features;
        terminal.print(
          `${dimensions} features of ${points.length} images; the first two principal components hold ${explained.map((share) => `${(100 * share).toFixed(1)} %`).join(' and ')} of their variance`,
        );
        terminal.print(`${reused ? 'already in' : 'written to'} ${settings.file}`);
        terminal.printJson({ run: folder, file: settings.file, reused, images: points.length, dimensions, explained });
        return 0;
      }, options),
    );
}
