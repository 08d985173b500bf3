import { statSync } from 'node:fs';
import type { CommandContext } from '../command-context.ts';
import { interruptible } from '../interruptible.ts';
import { optionReader } from '../options/option-reader.ts';
import { withOutputOptions } from '../options/output-options.ts';
import { repeatable } from '../options/repeatable.ts';
import { openRun, type RunOptions, withCheckpointOption, withWeightsOption } from '../options/run-options.ts';
import type { Terminal } from '../terminal.ts';
import { evaluateScoreFile, type ScoreFileOptions } from './evaluate-scores.ts';

interface EvaluateOptions extends RunOptions, ScoreFileOptions {
  readonly on: readonly string[];
  readonly scores?: string;
}

export function addEvaluateCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('evaluate')
    .summary('evaluate a trained run on its targets, or a file of scores')
    .description(
      "Evaluates a trained run on its targets, or anybody's scores (--scores <file> without a run), by several conventions: literature (threshold at the test's own equal error rate), deployable (threshold from held-out source data, or from --dev) and fixed (--threshold).",
    )
    .argument('[run]', 'folder of the run; not needed with --scores <file>')
    .addOption(repeatable('--on <target>', 'a target of the experiment, or a folder of images', 'every target'))
    .option('--scores <file or folder>', 'without a run: read scores from this file; with a run: write a score file (CSV) for each target to this folder')
    .option('--dev <file>', 'scores of development data that fix the thresholds of the deployable figures; with --scores <file>')
    .option('--threshold <score>', 'also give the figures at this threshold; with --scores <file>')
    .option('--aggregate <how>', "how the scores of a video's frames are combined: mean, median or max; with --scores <file> (default: mean)")
    .option('--rounds <n>', 'rounds of the bootstrap behind the intervals, 0 for none; with --scores <file> (default: 1000)')
    .option('--seed <n>', 'seed of the bootstrap; with --scores <file> (default: 0)');
  withOutputOptions(withWeightsOption(withCheckpointOption(command)))
    .addHelpText(
      'after',
      `
A score file is bob's CSV (claimed_id,test_label,is_bonafide,attack_type,score), bob's four columns, or a list of scores
and labels; what was understood is printed. Higher scores are bona fide. See docs/evaluation.md.
Examples:
  gradalign evaluate runs/experiment-seed0
  gradalign evaluate runs/experiment-seed0 --on ~/own-camera --scores scores
  gradalign evaluate runs/experiment-seed0 --weights swad
  gradalign evaluate --scores scores/own-camera.csv
  gradalign evaluate --scores test.txt --dev dev.txt --threshold 0.5 --json`,
    )
    .action((folder: string | undefined, options: EvaluateOptions) =>
      run(async (terminal) => {
        const file = await scoreFileOf(folder, options);
        return file === undefined ? evaluateRunFolder(folder as string, options, terminal) : evaluateScoreFile(file, options, terminal);
      }, options),
    );
}

/** The score file to evaluate; undefined where it is a run. Refuses options of the one with the other. */
async function scoreFileOf(folder: string | undefined, options: EvaluateOptions): Promise<string | undefined> {
  const { refuse } = await optionReader('evaluate');
  const { dev, threshold, aggregate, rounds, seed, on, weights, checkpoint, scores } = options;
  const given = (of: Readonly<Record<string, unknown>>) => Object.keys(of).find((name) => of[name] !== undefined);
  if (folder === undefined) {
    if (scores === undefined) return refuse('there is neither a run nor --scores <file>', 'the folder of a run, or a file of scores');
    const other = on.length > 0 ? 'on' : given({ weights, checkpoint });
    return other === undefined ? scores : refuse(`--${other} is there and no run`, 'the folder of a run before it');
  }
  const other = given({ dev, threshold, aggregate, rounds, seed });
  if (other !== undefined) return refuse(`--${other} belongs to score files, and there is a run`, `--scores <file> without '${folder}'`);
  if (scores !== undefined && statSync(scores, { throwIfNoEntry: false })?.isFile())
    return refuse(`--scores is the file ${scores}, and there is a run`, 'a folder to write score files to; to evaluate the file, name no run');
  return undefined;
}

async function evaluateRunFolder(folder: string, options: EvaluateOptions, terminal: Terminal): Promise<number> {
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
}
