import type { CommandContext } from '../../command-context.ts';
import { withOutputOptions } from '../../options/output-options.ts';
import type { OutputOptions } from '../../output.ts';

export function addDoctorCommand({ parent, run }: CommandContext): void {
  withOutputOptions(
    parent
      .command('doctor')
      .summary('show what is installed and how to fix what is missing')
      .description('Shows what is installed, which engine would be used and why, how fast it is, and how to fix what is missing.'),
  )
    .addHelpText('after', '\nExample: gradalign engine doctor --json')
    .action((options: OutputOptions) =>
      run(async (terminal) => {
        const { engineReport, renderEngineReport } = await import('@gradalign/engine');
        const report = await engineReport();
        terminal.print(renderEngineReport(report));
        terminal.printJson(report);
        return 0;
      }, options),
    );
}
