import type { CommandContext } from '../../command-context.ts';
import { interruptible } from '../../interruptible.ts';
import { withOutputOptions } from '../../options/output-options.ts';
import type { OutputOptions } from '../../output.ts';

export function addVerifyCommand({ parent, run }: CommandContext): void {
  withOutputOptions(
    parent
      .command('verify')
      .summary('check a prepared folder against its manifest')
      .description('Checks a prepared folder against its manifest. Exit code 1 if files are missing, changed or not in the manifest.')
      .argument('<folder>', 'a folder that data prepare wrote'),
  )
    .addHelpText('after', '\nExample: gradalign data verify data/crops')
    .action((folder: string, options: OutputOptions) =>
      run(async (terminal) => {
        const { isIntact, renderVerification, verifyPrepared } = await import('@gradalign/datasets');
        using interrupt = interruptible(terminal, 'stopping');
        const verification = await verifyPrepared(folder, {
          onProgress: (done, total) => terminal.progress({ phase: 'verifying', done, total, unit: 'crops' }),
          signal: interrupt.signal,
        });
        terminal.print(renderVerification(verification));
        terminal.printJson(verification);
        return isIntact(verification) ? 0 : 1;
      }, options),
    );
}
