import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addCompareCommand } from './commands/compare.ts';
import { addDataCommands } from './commands/data.ts';
import { addEngineCommands } from './commands/engine.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addListCommand } from './commands/list.ts';
import { addPredictCommand } from './commands/predict.ts';
import { addProtocolCommands } from './commands/protocol.ts';
import { addSchemaCommand } from './commands/schema.ts';
import { addSharpnessCommand } from './commands/sharpness.ts';
import { addShowCommand } from './commands/show.ts';
import { addTrainCommand } from './commands/train.ts';
import { addValidateCommand } from './commands/validate.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** What a command needs of the outside. It returns the exit code: 0 well, 1 failed, 2 wrong usage or configuration, 130 interrupted. */
export interface CommandContext {
  readonly program: Command;
  readonly version: string;
  /** Wraps a command's action: errors of the user's become a message and an exit code. */
  run(action: (terminal: Terminal) => Promise<number | undefined>, options?: { readonly quiet?: boolean; readonly json?: boolean }): Promise<void>;
}

/** Runs the command line; nothing heavy is loaded before a command needs it. */
export async function main(argv: readonly string[]): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  let exitCode = 0;
  const program = new Command('gradalign')
    .description('Trains face anti-spoofing models that hold on cameras they have not seen.')
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false })
    .addHelpText('after', '\nExit codes: 0 well, 1 failed, 2 wrong usage or configuration, 130 interrupted.\nExample: gradalign train experiment.yaml');
  const context: CommandContext = {
    program,
    version,
    async run(action, options = {}) {
      const terminal = createTerminal(options);
      try {
        exitCode = (await action(terminal)) ?? 0;
      } catch (error) {
        exitCode = reportError(error);
      } finally {
        terminal.end();
      }
    },
  };
  addTrainCommand(context);
  addCompareCommand(context);
  addEvaluateCommand(context);
  addPredictCommand(context);
  addSharpnessCommand(context);
  addValidateCommand(context);
  addShowCommand(context);
  addSchemaCommand(context);
  addListCommand(context);
  addDataCommands(context);
  addProtocolCommands(context);
  addEngineCommands(context);
  for (const command of allCommands(program)) command.exitOverride();
  if (argv.length === 0) {
    program.outputHelp();
    return 2;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportError(error);
  }
  return exitCode;
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** Names of the errors that are a user's, and of their subclasses: the classes may come from another copy of a package. */
const usersErrors = ['UserError', 'ConfigurationError', 'EngineError', 'FaceDetectorError'];

/** A user's mistake is one message; everything else is a defect of ours and keeps its trace. */
function reportError(error: unknown): number {
  if (error instanceof Error && usersErrors.includes(error.name)) {
    console.error(error.message);
    return 'exitCode' in error ? Number(error.exitCode) : 1;
  }
  if (error instanceof Error && error.name === 'AbortError') {
    console.error('Interrupted.');
    return 130;
  }
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  console.error('This is a defect of gradalign: please report it with the lines above.');
  return 1;
}
