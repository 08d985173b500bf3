import { withOutputOptions } from '../experiment-options.ts';
import { interruptible } from '../interrupt.ts';
import type { CommandContext } from '../main.ts';

interface EngineOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly gpu?: boolean;
  readonly wheels?: string;
  readonly all?: boolean;
}

export function addEngineCommands({ program, run }: CommandContext): void {
  const engine = program
    .command('engine')
    .description('install and look after TensorFlow, which all training computes with')
    .addHelpText('after', '\nExample: gradalign engine install && gradalign engine doctor');

  withOutputOptions(engine.command('install'))
    .description('fetch TensorFlow by pip (or from the index that pip is set to) into a cache of yours; nothing to do where it is there')
    .option('--gpu', 'the CUDA variant (Linux x64; never run by its makers so far)')
    .option('--wheels <folder>', 'take the wheels from this folder instead of the network')
    .addHelpText('after', '\nExample: gradalign engine install --wheels ~/wheels')
    .action((options: EngineOptions) =>
      run(async (terminal) => {
        const { installEngine } = await import('@gradalign/engine');
        using interrupt = interruptible(terminal, 'stopping the installation');
        const result = await installEngine({
          variant: options.gpu ? 'gpu' : 'cpu',
          ...(options.wheels === undefined ? {} : { wheels: options.wheels }),
          progress: ({ line, done, total }) => terminal.progressLine(line, done >= total),
          notice: terminal.notice,
          signal: interrupt.signal,
        });
        terminal.print(result.summary);
        terminal.printJson(result);
        return 0;
      }, options),
    );

  withOutputOptions(engine.command('doctor'))
    .description('what is there, what would be used and why, how fast it is, and what to do about what is missing')
    .addHelpText('after', '\nExample: gradalign engine doctor --json')
    .action((options: EngineOptions) =>
      run(async (terminal) => {
        const { engineReport, renderEngineReport } = await import('@gradalign/engine');
        const report = await engineReport();
        terminal.print(renderEngineReport(report));
        terminal.printJson(report);
        return 0;
      }, options),
    );

  withOutputOptions(engine.command('verify'))
    .description('compare every installed file with its recorded digest, and try a convolution and its gradients')
    .addHelpText('after', '\nExample: gradalign engine verify')
    .action((options: EngineOptions) =>
      run(async (terminal) => {
        const { verifyEngine } = await import('@gradalign/engine');
        const results = await verifyEngine({ progress: ({ line, done, total }) => terminal.progressLine(line, done >= total) });
        for (const result of results) terminal.print(result.summary);
        terminal.printJson(results);
        return 0;
      }, options),
    );

  withOutputOptions(engine.command('remove'))
    .description('remove the engine from the cache')
    .option('--gpu', 'only the CUDA variant')
    .option('--all', 'engines of other versions too, and downloads that were not finished')
    .addHelpText('after', '\nExample: gradalign engine remove --all')
    .action((options: EngineOptions) =>
      run(async (terminal) => {
        const { removeEngine } = await import('@gradalign/engine');
        const result = await removeEngine({ ...(options.gpu ? { variant: 'gpu' as const } : {}), all: options.all === true, notice: terminal.notice });
        terminal.print(result.summary);
        terminal.printJson(result);
        return 0;
      }, options),
    );
}
