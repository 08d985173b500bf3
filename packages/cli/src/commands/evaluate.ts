import { bundledPlugins, withOutputOptions } from '../experiment-options.ts';
import { interruptible } from '../interrupt.ts';
import type { CommandContext } from '../main.ts';

interface EvaluateOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly checkpoint?: string;
  readonly weights?: string;
  readonly on: readonly string[];
  readonly scores?: string;
}

export function addEvaluateCommand({ program, run }: CommandContext): void {
  withOutputOptions(program.command('evaluate'))
    .description(
      'score the targets of a trained run; prints two blocks that never mix: literature (threshold at the own equal error point of the target) and deployable (threshold from held-out source data)',
    )
    .argument('<run>', 'folder of a run')
    .option(
      '--on <what>',
      'a target of the experiment, or a folder of images in the plain layout; may be repeated (default: every target)',
      (value: string, all: readonly string[]) => [...all, value],
      [] as readonly string[],
    )
    .option('--checkpoint <name>', 'a checkpoint of the run (default: the one that its results were made with)')
    .option('--weights <name>', "weights that a callback offered when the run ended: ema, swa, swad, best (default: raw, the run's own)")
    .option('--scores <folder>', 'write one score file (CSV) a target here')
    .addHelpText(
      'after',
      '\nExamples:\n  gradalign evaluate runs/experiment-seed0\n  gradalign evaluate runs/experiment-seed0 --on ~/own-camera --scores scores\n  gradalign evaluate runs/experiment-seed0 --weights swad',
    )
    .action((folder: string, options: EvaluateOptions) =>
      run(async (terminal) => {
        const { evaluateTrainedRun, openTrainedRun, rawWeights, renderEvaluations } = await import('@gradalign/core');
        using interrupt = interruptible(terminal, 'stopping');
        await using trained = await openTrainedRun(folder, {
          reporter: terminal,
          env: process.env,
          resolveFrom: [bundledPlugins],
          ...(options.checkpoint === undefined ? {} : { checkpoint: options.checkpoint }),
          ...(options.weights === undefined ? {} : { weights: options.weights }),
        });
        const evaluation = await evaluateTrainedRun(trained, {
          on: options.on,
          signal: interrupt.signal,
          ...(options.scores === undefined ? {} : { scores: options.scores }),
        });
        terminal.print(renderEvaluations({ [trained.weights === rawWeights ? '' : trained.weights]: evaluation }));
        terminal.printJson({ run: folder, checkpoint: trained.checkpoint, weights: trained.weights, ...evaluation });
        return 0;
      }, options),
    );
}
