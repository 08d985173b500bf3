import { readFileSync } from 'node:fs';
import { showControls } from '@gradalign/core/rendering';
import { Command, CommanderError, Help, type Option } from 'commander';
import type { CommandContext } from './command-context.ts';
import { addCalibrateCommand } from './commands/calibrate.ts';
import { addCardCommand } from './commands/card.ts';
import { addCompareCommand } from './commands/compare.ts';
import { addDataCommands } from './commands/data.ts';
import { addEngineCommands } from './commands/engine.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addExportCommand } from './commands/export.ts';
import { addFeaturesCommand } from './commands/features.ts';
import { addFindLrCommand } from './commands/find-lr.ts';
import { addLandscapeCommand } from './commands/landscape.ts';
import { addListCommand } from './commands/list.ts';
import { addPredictCommand } from './commands/predict.ts';
import { addProtocolCommands } from './commands/protocol.ts';
import { addReportCommand } from './commands/report.ts';
import { addSchemaCommand } from './commands/schema.ts';
import { addSharpnessCommand } from './commands/sharpness.ts';
import { addShowCommand } from './commands/show.ts';
import { addSummaryCommand } from './commands/summary.ts';
import { addTrainCommand } from './commands/train.ts';
import { addValidateCommand } from './commands/validate.ts';
import { addWeightsCommands } from './commands/weights.ts';
import type { Output } from './output.ts';
import { reportError } from './report-error.ts';
import { createTerminal } from './terminal.ts';

export { watchProcess } from './watch-process.ts';

/**
 * Runs a command line in this process: `await main(['train', 'experiment.yaml'])`. Never throws for what a user can get wrong.
 * While a command runs that can be interrupted, it listens to SIGINT and SIGTERM. Nothing heavy is loaded before a command needs it.
 *
 * @param argv arguments without the program's name
 * @param output where the command writes; the process's own streams unless given
 * @returns the exit code: 0 success, 1 failed, 2 wrong usage or configuration, 130 interrupted
 */
export async function main(argv: readonly string[], output: Output = process): Promise<number> {
  let exitCode = 0;
  const program = createProgram(output);
  const context: CommandContext = {
    parent: program,
    async run(action, options) {
      const terminal = createTerminal(output, options);
      try {
        exitCode = await action(terminal);
      } catch (error) {
        exitCode = reportError(error, terminal.error, { debug: options.debug === true || !['', '0'].includes(process.env['DEBUG'] ?? '') });
      } finally {
        terminal.end();
      }
    },
  };
  addTrainCommand(context);
  addCompareCommand(context);
  addEvaluateCommand(context);
  addCalibrateCommand(context);
  addPredictCommand(context);
  addExportCommand(context);
  addCardCommand(context);
  addReportCommand(context);
  addSharpnessCommand(context);
  addLandscapeCommand(context);
  addFeaturesCommand(context);
  addValidateCommand(context);
  addShowCommand(context);
  addSummaryCommand(context);
  addFindLrCommand(context);
  addSchemaCommand(context);
  addListCommand(context);
  addDataCommands(context);
  addProtocolCommands(context);
  addWeightsCommands(context);
  addEngineCommands(context);
  if (argv.length === 0) {
    program.outputHelp();
    return 2;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportError(error, (text) => output.stderr.write(`${showControls(text)}\n`));
  }
  return exitCode;
}

/** The program without commands. Commands that are added later inherit its output and its errors instead of `process.exit`. */
function createProgram({ stdout, stderr }: Output): Command {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return new Command('gradalign')
    .description('Trains face anti-spoofing models that generalize to cameras they have not seen.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help to see usage)')
    .configureHelp({ subcommandTerm: (command) => command.name(), optionDescription })
    .configureOutput({
      writeOut: (text) => stdout.write(showControls(text)),
      writeErr: (text) => stderr.write(showControls(text)),
      getOutHelpWidth: () => helpWidth(stdout.columns),
      getErrHelpWidth: () => helpWidth(stderr.columns),
    })
    .addHelpText(
      'after',
      `
Exit codes: 0 success, 1 failed, 2 wrong usage or configuration, 130 interrupted.
Example: gradalign train experiment.yaml`,
    );
}

/** Defaults without quotes, and none for an empty list. */
function optionDescription(option: Option): string {
  return new Help()
    .optionDescription(option)
    .replace(' (default: [])', '')
    .replace(/ \(default: "([^"]*)"\)/, ' (default: $1)');
}

/** As wide as the terminal, at most 120 characters; 80 where there is none. */
function helpWidth(columns = 80): number {
  return Math.min(columns, 120);
}
