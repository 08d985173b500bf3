import type { CommandContext } from '../command-context.ts';
import { addInspectCommand } from './data/inspect.ts';
import { addPrepareCommand } from './data/prepare.ts';
import { addSynthesizeCommand } from './data/synthesize.ts';
import { addVerifyCommand } from './data/verify.ts';

export function addDataCommands({ parent, run }: CommandContext): void {
  const data = parent
    .command('data')
    .summary('make, prepare and inspect data sets')
    .description('Makes, prepares and inspects data sets.')
    .addHelpText('after', '\nExample: gradalign data inspect experiment.yaml --sheet sheet.png');
  addSynthesizeCommand({ parent: data, run });
  addInspectCommand({ parent: data, run });
  addPrepareCommand({ parent: data, run });
  addVerifyCommand({ parent: data, run });
}
