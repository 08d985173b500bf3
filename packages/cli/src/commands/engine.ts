import type { CommandContext } from '../command-context.ts';
import { addDoctorCommand } from './engine/doctor.ts';
import { addInstallCommand } from './engine/install.ts';
import { addRemoveCommand } from './engine/remove.ts';
import { addVerifyCommand } from './engine/verify.ts';

export function addEngineCommands({ parent, run }: CommandContext): void {
  const engine = parent
    .command('engine')
    .summary('install and check TensorFlow')
    .description('Installs and checks TensorFlow, which does the computing.')
    .addHelpText('after', '\nExample: gradalign engine install && gradalign engine doctor');
  addInstallCommand({ parent: engine, run });
  addDoctorCommand({ parent: engine, run });
  addVerifyCommand({ parent: engine, run });
  addRemoveCommand({ parent: engine, run });
}
