import { resolve } from 'node:path';
import { bundledPlugins, type ExperimentOptions, withExperimentOptions } from '../experiment-options.ts';
import { interruptible } from '../interrupt.ts';
import type { CommandContext } from '../main.ts';

interface TrainCommandOptions extends ExperimentOptions {
  readonly output?: string;
  readonly resume?: string | boolean;
  readonly engine?: string;
}

export function addTrainCommand({ program, run }: CommandContext): void {
  withExperimentOptions(program.command('train'))
    .description('train one model as a YAML file says, and evaluate it')
    .argument('[experiment]', 'the YAML file; not needed with --resume <run folder>')
    .option('-o, --output <folder>', 'folder of the run (default: runs/<name of the file>-seed<n>)')
    .option('--resume [run folder]', 'go on with an interrupted run')
    .addHelpText(
      'after',
      `
Examples:
  gradalign train experiment.yaml
  gradalign train experiment.yaml --set optimizer.rho=0.05 --set seed=1 --output runs/rho-005
  gradalign train --resume runs/experiment-seed0`,
    )
    .action((file: string | undefined, options: TrainCommandOptions) =>
      run(async (terminal) => {
        const { loadExperiment, runPaths, train, UserError } = await import('@gradalign/core');
        const resumed = typeof options.resume === 'string' ? options.resume : undefined;
        const source = file ?? (resumed === undefined ? undefined : runPaths(resumed).experiment);
        if (source === undefined) throw new UserError('Cannot train: no experiment is named, expected a YAML file or --resume <run folder>', { exitCode: 2 });
        const { experiment, catalogue, warnings } = await loadExperiment(source, { set: options.set, env: process.env, resolveFrom: [bundledPlugins] });
        for (const warning of warnings) terminal.warn(warning);
        const folder = resolve(options.output ?? resumed ?? experiment.output ?? defaultFolder(source, experiment.name, experiment.seed));
        using interrupt = interruptible(terminal, 'finishing this step, then saving');
        const outcome = await train({
          experiment,
          catalogue,
          folder,
          resume: options.resume !== undefined && options.resume !== false,
          reporter: terminal,
          signal: interrupt.signal,
        });
        if (outcome.reason === 'interrupted') {
          terminal.warn(
            `interrupted at epoch ${outcome.position.epoch}, step ${outcome.position.step}; go on with: gradalign train --resume ${JSON.stringify(folder)}`,
          );
          return 130;
        }
        const { renderResults } = await import('../render-results.ts');
        terminal.print(renderResults(outcome.results));
        terminal.print(`\nWritten to ${folder}`);
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
