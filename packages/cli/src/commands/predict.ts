import { bundledPlugins, withOutputOptions } from '../experiment-options.ts';
import { interruptible } from '../interrupt.ts';
import type { CommandContext } from '../main.ts';
import { renderPredictions } from '../render-predictions.ts';

interface PredictOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly checkpoint?: string;
  readonly weights?: string;
}

export function addPredictCommand({ program, run }: CommandContext): void {
  withOutputOptions(program.command('predict'))
    .description('score images with a trained run: score, decision, and the threshold with where it came from')
    .argument('<run>', 'folder of a run')
    .argument('<image or folder...>', 'JPEG or PNG files, or folders that are searched for them')
    .option('--checkpoint <name>', 'a checkpoint of the run (default: the one that its results were made with)')
    .option('--weights <name>', "weights that a callback offered when the run ended: ema, swa, swad, best (default: raw, the run's own)")
    .addHelpText('after', '\nExamples:\n  gradalign predict runs/experiment-seed0 face.jpg\n  gradalign predict runs/experiment-seed0 faces/ --json')
    .action((folder: string, inputs: string[], options: PredictOptions) =>
      run(async (terminal) => {
        const { findImages, openTrainedRun, predict } = await import('@gradalign/core');
        const paths = findImages(inputs);
        using interrupt = interruptible(terminal, 'stopping');
        await using trained = await openTrainedRun(folder, {
          reporter: terminal,
          env: process.env,
          resolveFrom: [bundledPlugins],
          withoutData: true,
          ...(options.checkpoint === undefined ? {} : { checkpoint: options.checkpoint }),
          ...(options.weights === undefined ? {} : { weights: options.weights }),
        });
        const result = await predict(trained, paths, { reporter: terminal, signal: interrupt.signal });
        terminal.print(renderPredictions(result));
        terminal.printJson(result);
        return result.predictions.some(({ error }) => error !== undefined) ? 1 : 0;
      }, options),
    );
}
