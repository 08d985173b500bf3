import { existsSync } from 'node:fs';
import type { CommandContext } from '../command-context.ts';
import { findInputs, inputPreparation, prepared } from '../data/prediction-inputs.ts';
import { interruptible } from '../interruptible.ts';
import { withOutputOptions } from '../options/output-options.ts';
import { openRun, type RunOptions, withCheckpointOption, withWeightsOption } from '../options/run-options.ts';
import { weightsOfDecision } from '../options/weights-of-decision.ts';
import { ruleText } from '../render/render-decision.ts';
import { renderPredictions } from '../render/render-predictions.ts';
import type { Terminal } from '../terminal.ts';

interface PredictOptions extends RunOptions {
  readonly decision?: string;
  readonly cropped?: boolean;
}

export function addPredictCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('predict')
    .summary('score images and videos with a trained run')
    .description(
      "Scores images and videos with a trained run: live or attack, score, calibrated probability, and the threshold with its origin. Finds and crops the face as the run's data were prepared. Exit code 1 if an input cannot be scored.",
    )
    .argument('<run>', 'folder of the run')
    .argument('<image, video or folder...>', 'pictures (JPEG, PNG, WebP, TIFF, AVIF, BMP, GIF) or videos, or folders to search for them')
    .option('--decision <name>', 'use this decision of gradalign calibrate (default: the threshold that the run fixed on its held-out source share)')
    .option('--cropped', 'inputs are face crops already: score them as they are');
  withOutputOptions(withWeightsOption(withCheckpointOption(command)))
    .addHelpText(
      'after',
      `
Examples:
  gradalign predict runs/experiment-seed0 face.jpg
  gradalign predict runs/experiment-seed0 door-camera.mp4 --decision apcer=0.01
  gradalign predict runs/experiment-seed0 crops/ --cropped --json`,
    )
    .action((folder: string, inputs: string[], options: PredictOptions) => run((terminal) => predictInputs(folder, inputs, options, terminal), options));
}

async function predictInputs(folder: string, inputs: readonly string[], options: PredictOptions, terminal: Terminal): Promise<number> {
  const { findDecision, predict, readDecisions, rawWeights, runPaths } = await import('@gradalign/core');
  const { files, leftOut } = await findInputs(inputs);
  const paths = runPaths(folder);
  const decision = options.decision === undefined || !existsSync(paths.experiment) ? undefined : findDecision(paths, options.decision);
  using interrupt = interruptible(terminal, 'stopping');
  await using trained = await openRun(folder, decision ? weightsOfDecision(decision, options, rawWeights) : options, terminal, { withoutData: true });
  if (!decision) {
    const names = [...readDecisions(paths).keys()];
    if (names.length > 0) terminal.notice(`the run has decisions: ${names.join(', ')} (use one with --decision)`);
  }
  await using preparation = await inputPreparation(trained, options.cropped === true, terminal, interrupt.signal);
  const result = await predict(trained, prepared(files, preparation.settings), {
    ...(decision ? { decision, decisionFrom: `decision '${options.decision}', ${ruleText(decision.rule)} on ${decision.chosenOn}` } : {}),
    total: files.length,
    leftOut,
    reporter: terminal,
    signal: interrupt.signal,
  });
  terminal.print(renderPredictions(result));
  terminal.printJson({ ...result, ...(decision ? { usedDecision: options.decision } : {}) });
  return result.predictions.some(({ error }) => error !== undefined) ? 1 : 0;
}
