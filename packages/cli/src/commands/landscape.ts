import type { CommandContext } from '../command-context.ts';
import { interruptible } from '../interruptible.ts';
import { optionReader } from '../options/option-reader.ts';
import { withOutputOptions } from '../options/output-options.ts';
import { openRun, type RunOptions, withCheckpointOption } from '../options/run-options.ts';

interface LandscapeOptions extends Omit<RunOptions, 'weights'> {
  readonly points: string;
  readonly radius: string;
  readonly samples: string;
  readonly batchNorm: string;
  readonly output?: string;
}

export function addLandscapeCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('landscape')
    .summary('measure the loss around a trained run')
    .description(
      'Measures the loss around the weights of a trained run, for each domain, on two random directions whose filters have the norms of the network (Li et al. 2018). gradalign report draws it.',
    )
    .argument('<run>', 'folder of the run')
    .option('--points <n>', 'points along each direction, odd', '21')
    .option('--radius <distance>', 'largest distance along each direction; at 1 every filter moves by its own norm', '1')
    .option('--samples <n>', 'images of each domain, in one batch', '60')
    .option('--batch-norm <mode>', 'batch: statistics of these images, as in training; running: the running statistics', 'batch')
    .option('-o, --output <file>', "where to write it (default: landscape.json in the run's folder, where the report looks)");
  withOutputOptions(withCheckpointOption(command))
    .addHelpText(
      'after',
      `
Can be interrupted: the same command continues. Measures the risk alone, without auxiliary losses and weight decay.
Example: gradalign landscape runs/experiment-seed0`,
    )
    .action((folder: string, options: LandscapeOptions) =>
      run(async (terminal) => {
        const [{ runLandscape }, { requireOutput }, { join }] = await Promise.all([
          import('@gradalign/core/sharpness'),
          import('@gradalign/core'),
          import('node:path'),
        ]);
        const { number, wholeNumber, choice, refuse } = await optionReader('measure the landscape');
        const points = wholeNumber('points', options.points, { least: 3, most: 201 });
        if (points % 2 === 0) refuse(`--points is '${options.points}'`, 'an odd number, so that the solution is one of them');
        const settings = {
          points,
          radius: number('radius', options.radius, { above: 0 }),
          samples: wholeNumber('samples', options.samples, { least: 1 }),
          batchNorm: choice('batch-norm', options.batchNorm, ['batch', 'running']),
          file: options.output ?? join(folder, 'landscape.json'),
        };
        if (options.output !== undefined) requireOutput(options.output);
        using interrupt = interruptible(terminal, 'finishing this point, then saving');
        await using trained = await openRun(folder, options, terminal);
        const landscape = await runLandscape(trained, { ...settings, reporter: terminal, signal: interrupt.signal });
        const total = points * points;
        if (landscape.measured < total) {
          terminal.warn(`interrupted after ${landscape.measured} of ${total} points; the same command continues`);
          return 130;
        }
        const { renderLandscape } = await import('../render/render-landscape.ts');
        terminal.print(renderLandscape(landscape));
        terminal.print(`\nwritten to ${settings.file}`);
        terminal.printJson({ run: folder, file: settings.file, ...landscape });
        return 0;
      }, options),
    );
}
