import type { CommandContext } from '../command-context.ts';
import { addExportWeightsCommand } from './weights/export.ts';
import { addImportWeightsCommand } from './weights/import.ts';
import { addInstallWeightsCommand } from './weights/install.ts';
import { addListWeightsCommand } from './weights/list.ts';

export function addWeightsCommands({ parent, run }: CommandContext): void {
  const weights = parent
    .command('weights')
    .summary('weights to start from: install, import, export')
    .description('Gets weights to start from, reads those of other programs, and writes ours for them.')
    .addHelpText('after', '\nExample: gradalign weights install efficientnet-lite0/imagenet');
  addInstallWeightsCommand({ parent: weights, run });
  addListWeightsCommand({ parent: weights, run });
  addImportWeightsCommand({ parent: weights, run });
  addExportWeightsCommand({ parent: weights, run });
}
