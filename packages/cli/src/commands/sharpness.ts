import type { CommandContext } from '../command-context.ts';
import { interruptible } from '../interruptible.ts';
import { optionReader } from '../options/option-reader.ts';
import { withOutputOptions } from '../options/output-options.ts';
import { openRun, type RunOptions, withCheckpointOption } from '../options/run-options.ts';

interface SharpnessOptions extends Omit<RunOptions, 'weights'> {
  readonly rho: string;
  readonly samples: string;
  readonly directions: string;
  readonly ascentSteps: string;
  readonly batchNorm: string;
}

export function addSharpnessCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('sharpness')
    .summary('measure how sharp the minimum of a trained run is')
    .description(
      'Measures how sharp the minimum of a trained run is, for each domain: the largest eigenvalue of the Hessian, and the loss at random and adversarial weights at distance rho.',
    )
    .argument('<run>', 'folder of the run')
    .option('--rho <distance>', 'distance from the weights: the l2 norm over all of them', '0.1')
    .option('--samples <n>', 'images of each domain, in one batch', '120')
    .option('--directions <n>', 'random directions; each is taken both ways', '10')
    .option('--ascent-steps <n>', "gradient steps of the adversarial direction; the first is SAM's", '5')
    .option('--batch-norm <mode>', 'batch: statistics of these images, as in training; running: the running statistics', 'batch');
  withOutputOptions(withCheckpointOption(command))
    .addHelpText(
      'after',
      `
Measures the risk alone, without auxiliary losses and weight decay. Compare only runs of the same network: the scale of
the weights changes every figure.
Example: gradalign sharpness runs/experiment-seed0 --json`,
    )
    .action((folder: string, options: SharpnessOptions) =>
      run(async (terminal) => {
        const { runSharpness } = await import('@gradalign/core/sharpness');
        const { number, wholeNumber, choice } = await optionReader('measure sharpness');
        const settings = {
          rho: number('rho', options.rho, { above: 0 }),
          batchNorm: choice('batch-norm', options.batchNorm, ['batch', 'running']),
          samples: wholeNumber('samples', options.samples, { least: 1 }),
          directions: wholeNumber('directions', options.directions, { least: 1 }),
          ascentSteps: wholeNumber('ascent-steps', options.ascentSteps, { least: 1 }),
        };
        using interrupt = interruptible(terminal, 'stopping');
        await using trained = await openRun(folder, options, terminal);
        const sharpness = await runSharpness(trained, { ...settings, reporter: terminal, signal: interrupt.signal });
        const { renderSharpness } = await import('../render/render-sharpness.ts');
        terminal.print(renderSharpness(sharpness));
        terminal.printJson({ run: folder, ...sharpness });
        return 0;
      }, options),
    );
}
