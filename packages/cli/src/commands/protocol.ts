import type { CommandContext } from '../command-context.ts';
import { addCountCommand } from './protocol/count.ts';
import { addListCommand } from './protocol/list.ts';
import { addShowCommand } from './protocol/show.ts';

export function addProtocolCommands({ parent, run }: CommandContext): void {
  const protocol = parent
    .command('protocol')
    .summary('show evaluation protocols')
    .description('Shows evaluation protocols: which domains train the model, which test it, and with how many clips.')
    .addHelpText('after', '\nExample: gradalign protocol count experiment.yaml --set data.protocol=oci-to-m');
  addListCommand({ parent: protocol, run });
  addShowCommand({ parent: protocol, run });
  addCountCommand({ parent: protocol, run });
}
