import type { CommandContext } from '../command-context.ts';
import { interruptible } from '../interruptible.ts';
import { withOutputOptions } from '../options/output-options.ts';
import { repeatable } from '../options/repeatable.ts';
import { openRun, type RunOptions, withCheckpointOption, withWeightsOption } from '../options/run-options.ts';

interface EvaluateOptions extends RunOptions {
  readonly on: readonly string[];
  readonly scores?: string;
}

export function addEvaluateCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('evaluate')
    .summary('evaluate a trained run on its targets')
    .description(
      "Evaluates a trained run on its targets by two conventions: literature (threshold at the target's own equal error rate) and deployable (threshold from held-out source data).",
    )
    .argument('<run>', 'folder of the run')
    .addOption(repeatable('--on <target>', 'a target of the experiment, or a folder of images', 'every target'))
    .option('--scores <folder>', 'write a score file (CSV) for each target to this folder');
  withOutputOptions(withWeightsOption(withCheckpointOption(command)))
    .addHelpText(
      'after',
      `
Examples:
  gradalign evaluate runs/experiment-seed0
  gradalign evaluate runs/experiment-seed0 --on ~/own-camera --scores scores
  gradalign evaluate runs/experiment-seed0 --weights swad`,
    )
    .action((folder: string, options: EvaluateOptions) =>
      run(async (terminal) => {
        const { evaluateTrainedRun, rawWeights, renderEvaluations } = await import('@gradalign/core');
        using interrupt = interruptible(terminal, 'stopping');
        // Targets that are named are read when they are evaluated, without the others.
        await using trained = await openRun(folder, options, terminal, { withoutData: options.on.length > 0 });
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
