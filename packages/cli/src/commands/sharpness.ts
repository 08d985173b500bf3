import { bundledPlugins, withOutputOptions } from '../experiment-options.ts';
import { interruptible } from '../interrupt.ts';
import type { CommandContext } from '../main.ts';

interface SharpnessCommandOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly checkpoint?: string;
  readonly rho: string;
  readonly samples: string;
  readonly directions: string;
  readonly ascentSteps: string;
  readonly batchNorm: string;
}

export function addSharpnessCommand({ program, run }: CommandContext): void {
  withOutputOptions(program.command('sharpness'))
    .description(
      'how sharp the minimum is that a run found, domain by domain: largest eigenvalue of the Hessian, loss at random and at adversarial distance rho',
    )
    .argument('<run>', 'folder of a run')
    .option('--rho <distance>', 'distance from the weights, one l2 norm over all of them', '0.1')
    .option('--samples <n>', 'images of each domain, all in one batch', '120')
    .option('--directions <n>', 'random directions, each taken both ways', '10')
    .option('--ascent-steps <n>', 'gradient steps of the adversarial direction; the first is SAM’s', '5')
    .option('--batch-norm <which>', 'batch: statistics of these images, as in training; running: those that training left', 'batch')
    .option('--checkpoint <name>', 'a checkpoint of the run (default: the one that its results were made with)')
    .addHelpText(
      'after',
      `
The risk alone is measured, without auxiliary losses and weight decay. Compare runs of one network only: scaling weights changes every figure.
Example: gradalign sharpness runs/experiment-seed0 --json`,
    )
    .action((folder: string, options: SharpnessCommandOptions) =>
      run(async (terminal) => {
        const { UserError, openTrainedRun, runSharpness } = await import('@gradalign/core');
        const refuse = (name: string, value: string, expected: string) =>
          new UserError(`Cannot measure sharpness: --${name} is '${value}', expected ${expected}`, { exitCode: 2 });
        const count = (name: string, text: string): number => {
          if (!/^[1-9]\d*$/.test(text)) throw refuse(name, text, 'a whole number >= 1');
          return Number(text);
        };
        const rho = Number(options.rho);
        if (!(rho > 0 && Number.isFinite(rho))) throw refuse('rho', options.rho, 'a number > 0');
        const { batchNorm } = options;
        if (batchNorm !== 'batch' && batchNorm !== 'running') throw refuse('batch-norm', batchNorm, 'batch or running');
        const settings = {
          rho,
          samples: count('samples', options.samples),
          directions: count('directions', options.directions),
          ascentSteps: count('ascent-steps', options.ascentSteps),
          batchNorm,
        } as const;
        using interrupt = interruptible(terminal, 'stopping');
        await using trained = await openTrainedRun(folder, {
          reporter: terminal,
          env: process.env,
          resolveFrom: [bundledPlugins],
          ...(options.checkpoint === undefined ? {} : { checkpoint: options.checkpoint }),
        });
        const sharpness = await runSharpness(trained, { ...settings, reporter: terminal, signal: interrupt.signal });
        const { renderSharpness } = await import('../render-sharpness.ts');
        terminal.print(renderSharpness(sharpness));
        terminal.printJson({ run: folder, ...sharpness });
        return 0;
      }, options),
    );
}
