import type { CommandContext } from '../../command-context.ts';
import { withOutputOptions } from '../../options/output-options.ts';
import type { OutputOptions } from '../../output.ts';

export function addVerifyCommand({ parent, run }: CommandContext): void {
  withOutputOptions(
    parent
      .command('verify')
      .summary('check the installed files')
      .description('Compares every installed file with its recorded checksum, and tests a convolution and its gradients.'),
  )
    .addHelpText('after', '\nExample: gradalign engine verify')
    .action((options: OutputOptions) =>
      run(async (terminal) => {
        const { verifyEngine } = await import('@gradalign/engine');
        const results = await verifyEngine({ progress: ({ line, done, total }) => terminal.progressLine(line, done >= total) });
        for (const result of results) terminal.print(result.summary);
        terminal.printJson(results);
        return 0;
      }, options),
    );
}
