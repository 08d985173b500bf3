import type { OperatingRule } from '@gradalign/metrics';
import type { CommandContext } from '../command-context.ts';
import { interruptible } from '../interruptible.ts';
import { optionReader } from '../options/option-reader.ts';
import { withOutputOptions } from '../options/output-options.ts';
import { openRun, type RunOptions, withCheckpointOption, withWeightsOption } from '../options/run-options.ts';
import { renderDecision } from '../render/render-decision.ts';
import type { Terminal } from '../terminal.ts';

interface CalibrateOptions extends RunOptions {
  readonly apcer?: string;
  readonly bpcer?: string;
  readonly eer?: boolean;
  readonly isotonic?: boolean;
  readonly scores?: string;
  readonly name?: string;
}

export function addCalibrateCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('calibrate')
    .summary('choose the threshold of a trained run, and calibrate its probabilities')
    .description(
      'Chooses a threshold on data that the model was not trained on, with its interval, calibrates the probabilities there, and stores both with the run as a named decision that gradalign predict --decision uses.',
    )
    .argument('<run>', 'folder of the run')
    .option('--apcer <share>', 'at most this share of attacks of the worst species passes, and as few people as possible are refused')
    .option('--bpcer <share>', 'at most this share of bona fide samples is refused, and as few attacks as possible pass')
    .option('--eer', 'both error rates are equal (the default)')
    .option('--isotonic', 'calibrate by isotonic regression, which needs more data than the one number of temperature scaling')
    .option('--scores <file>', 'scores of development data, made with this run (default: the held-out source share is scored)')
    .option('--name <name>', 'name of the decision (default: the operating point, such as apcer=0.01)');
  withOutputOptions(withWeightsOption(withCheckpointOption(command)))
    .addHelpText(
      'after',
      `
Examples:
  gradalign calibrate runs/experiment-seed0 --apcer 0.01
  gradalign calibrate runs/experiment-seed0 --bpcer 0.05 --scores office.csv --name office
  gradalign predict runs/experiment-seed0 face.jpg --decision office`,
    )
    .action((folder: string, options: CalibrateOptions) => run((terminal) => calibrate(folder, options, terminal), options));
}

async function calibrate(folder: string, options: CalibrateOptions, terminal: Terminal): Promise<number> {
  const { calibrateRun, checkDecisionName, writeDecision } = await import('@gradalign/core');
  const rule = await readRule(options);
  const name = options.name ?? defaultName(rule);
  checkDecisionName(name);
  using interrupt = interruptible(terminal, 'stopping; nothing is stored');
  await using trained = await openRun(folder, options, terminal, { withoutData: options.scores !== undefined });
  const { decision, notices, warnings } = await calibrateRun(trained, {
    rule,
    calibration: options.isotonic ? 'isotonic' : 'temperature',
    signal: interrupt.signal,
    ...(options.scores === undefined ? {} : { scores: options.scores }),
  });
  for (const notice of notices) terminal.notice(notice);
  for (const warning of warnings) terminal.warn(warning);
  const before = writeDecision(trained.paths, name, decision);
  if (before) terminal.notice(`the decision '${name}' was there and is replaced: its threshold for images was ${before.frame.threshold}`);
  terminal.print(renderDecision(name, decision));
  terminal.printJson({ run: folder, name, ...decision });
  return 0;
}

async function readRule({ apcer, bpcer, eer }: CalibrateOptions): Promise<OperatingRule> {
  const { number, refuse } = await optionReader('calibrate');
  const given = [...(apcer === undefined ? [] : ['--apcer']), ...(bpcer === undefined ? [] : ['--bpcer']), ...(eer ? ['--eer'] : [])];
  if (given.length > 1) return refuse(`${given.join(' and ')} are both there`, 'one operating point');
  if (apcer !== undefined) return { attacksAccepted: number('apcer', apcer, { least: 0, most: 1 }) };
  return bpcer === undefined ? {} : { bonaFideRefused: number('bpcer', bpcer, { least: 0, most: 1 }) };
}

function defaultName({ attacksAccepted, bonaFideRefused }: OperatingRule): string {
  if (attacksAccepted !== undefined) return `apcer=${attacksAccepted}`;
  return bonaFideRefused === undefined ? 'eer' : `bpcer=${bonaFideRefused}`;
}
