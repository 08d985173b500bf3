import type { CommandContext } from '../command-context.ts';
import { interruptible } from '../interruptible.ts';
import { withOutputOptions } from '../options/output-options.ts';
import { openRun, type RunOptions, withCheckpointOption, withWeightsOption } from '../options/run-options.ts';
import { renderPredictions } from '../render/render-predictions.ts';

export function addPredictCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('predict')
    .summary('score images with a trained run')
    .description('Scores images with a trained run: score, decision, and the threshold with its origin. Exit code 1 if an image cannot be read.')
    .argument('<run>', 'folder of the run')
    .argument('<image or folder...>', 'JPEG or PNG files, or folders to search for them');
  withOutputOptions(withWeightsOption(withCheckpointOption(command)))
    .addHelpText(
      'after',
      `
Examples:
  gradalign predict runs/experiment-seed0 face.jpg
  gradalign predict runs/experiment-seed0 faces/ --json`,
    )
    .action((folder: string, inputs: string[], options: RunOptions) =>
      run(async (terminal) => {
        const { predict } = await import('@gradalign/core');
        const { findImages } = await import('@gradalign/core/images');
        const paths = findImages(inputs, ({ what, why }) => terminal.warn(`${what}: ${why}`));
        using interrupt = interruptible(terminal, 'stopping');
        await using trained = await openRun(folder, options, terminal, { withoutData: true });
        const result = await predict(trained, paths, { reporter: terminal, signal: interrupt.signal });
        terminal.print(renderPredictions(result));
        terminal.printJson(result);
        return result.predictions.some(({ error }) => error !== undefined) ? 1 : 0;
      }, options),
    );
}
