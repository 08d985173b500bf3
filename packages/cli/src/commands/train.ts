import { resolve } from 'node:path';
import type { CommandContext } from '../command-context.ts';
import { interruptible } from '../interruptible.ts';
import { type ExperimentOptions, readExperiment, withExperimentOptions } from '../options/experiment-options.ts';

interface TrainOptions extends ExperimentOptions {
  readonly output?: string;
  readonly resume?: string | boolean;
}

export function addTrainCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    parent
      .command('train')
      .summary('train the model of an experiment')
      .description('Trains the model of an experiment and evaluates it on its targets.')
      .argument('[experiment]', 'YAML file; not needed with --resume <run folder>')
      .option('-o, --output <folder>', 'folder of the run (default: runs/<name of the file>-seed<n>)')
      .option('--resume [run folder]', 'continue an interrupted run, or a finished one with more epochs'),
  )
    .addHelpText(
      'after',
      `
Examples:
  gradalign train experiment.yaml
  gradalign train experiment.yaml --set optimizer.rho=0.05 --set seed=1 --output runs/rho-005
  gradalign train --resume runs/experiment-seed0
  gradalign train --resume runs/experiment-seed0 --set train.epochs=100     # goes on with a finished run
  gradalign train --resume moved/run --data office=/mnt/office`,
    )
    .action((file: string | undefined, options: TrainOptions) =>
      run(async (terminal) => {
        const { cannot, runPaths, train } = await import('@gradalign/core');
        const resumed = typeof options.resume === 'string' ? options.resume : undefined;
        const source = file ?? (resumed === undefined ? undefined : runPaths(resumed).experiment);
        if (source === undefined) throw cannot('train', 'no experiment is given', 'a YAML file or --resume <run folder>', { exitCode: 2 });
        const { experiment, written, catalogue } = await readExperiment(source, { ...options, isRun: file === undefined }, terminal);
        const folder = resolve(options.output ?? resumed ?? experiment.output ?? defaultFolder(source, experiment.name, experiment.seed));
        using interrupt = interruptible(terminal, 'finishing this step, then saving');
        const outcome = await train({
          experiment,
          written,
          catalogue,
          folder,
          resume: options.resume !== undefined && options.resume !== false,
          reporter: terminal,
          signal: interrupt.signal,
        });
        if (outcome.reason === 'interrupted') {
          const { epoch, step } = outcome.position;
          terminal.warn(`interrupted at epoch ${epoch}, step ${step}; resume with: gradalign train --resume ${JSON.stringify(folder)}`);
          return 130;
        }
        const { renderResults } = await import('../render/render-results.ts');
        terminal.print(renderResults(outcome.results));
        terminal.print(`\nwritten to ${folder}`);
        terminal.printJson({ folder, ...outcome.results });
        return 0;
      }, options),
    );
}

/** runs/<name of the experiment or of its file>-seed<n>. */
function defaultFolder(file: string, name: string | undefined, seed: number): string {
  const stem = name ?? file.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/i, '');
  return `runs/${stem}-seed${seed}`;
}
