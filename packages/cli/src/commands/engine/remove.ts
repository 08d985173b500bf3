import type { CommandContext } from '../../command-context.ts';
import { withOutputOptions } from '../../options/output-options.ts';
import type { OutputOptions } from '../../output.ts';

interface RemoveOptions extends OutputOptions {
  readonly gpu?: boolean;
  readonly all?: boolean;
}

export function addRemoveCommand({ parent, run }: CommandContext): void {
  withOutputOptions(
    parent
      .command('remove')
      .summary('remove the engine from the cache')
      .description('Removes the engine from the cache.')
      .option('--gpu', 'remove only the CUDA variant')
      .option('--all', 'also remove other versions and unfinished downloads'),
  )
    .addHelpText('after', '\nExample: gradalign engine remove --all')
    .action(({ gpu, all = false, ...options }: RemoveOptions) =>
      run(async (terminal) => {
        const { removeEngine } = await import('@gradalign/engine');
        const result = await removeEngine({ ...(gpu ? { variant: 'gpu' as const } : {}), all, notice: terminal.notice });
        terminal.print(result.summary);
        terminal.printJson(result);
        return 0;
      }, options),
    );
}
