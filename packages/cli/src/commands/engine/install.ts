import type { CommandContext } from '../../command-context.ts';
import { interruptible } from '../../interruptible.ts';
import { withOutputOptions } from '../../options/output-options.ts';
import type { OutputOptions } from '../../output.ts';

interface InstallOptions extends OutputOptions {
  readonly gpu?: boolean;
  readonly wheels?: string;
}

export function addInstallCommand({ parent, run }: CommandContext): void {
  withOutputOptions(
    parent
      .command('install')
      .summary("download TensorFlow to the user's cache")
      .description("Downloads TensorFlow with pip (or from the index that pip is configured for) to the user's cache. Does nothing if it is installed.")
      .option('--gpu', 'install the CUDA variant (Linux x64; never tested on a GPU)')
      .option('--wheels <folder>', 'take the wheels from this folder; downloads nothing'),
  )
    .addHelpText('after', '\nExample: gradalign engine install --wheels ~/wheels')
    .action(({ gpu, wheels, ...options }: InstallOptions) =>
      run(async (terminal) => {
        const { installEngine } = await import('@gradalign/engine');
        using interrupt = interruptible(terminal, 'stopping the installation');
        const result = await installEngine({
          variant: gpu ? 'gpu' : 'cpu',
          ...(wheels === undefined ? {} : { wheels }),
          progress: ({ line, done, total }) => terminal.progressLine(line, done >= total),
          notice: terminal.notice,
          signal: interrupt.signal,
        });
        terminal.print(result.summary);
        terminal.printJson(result);
        return 0;
      }, options),
    );
}
