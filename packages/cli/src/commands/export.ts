import { existsSync } from 'node:fs';
import type { CommandContext } from '../command-context.ts';
import { interruptible } from '../interruptible.ts';
import { withOutputOptions } from '../options/output-options.ts';
import { openRun, type RunOptions, withCheckpointOption, withWeightsOption } from '../options/run-options.ts';
import { weightsOfDecision } from '../options/weights-of-decision.ts';
import { renderExport } from '../render/render-export.ts';
import type { Terminal } from '../terminal.ts';

interface ExportCommandOptions extends RunOptions {
  readonly output: string;
  readonly decision?: string;
  readonly license?: string;
  readonly check: boolean;
  readonly quantize?: string;
}

export function addExportCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('export')
    .summary('write a trained run as an ONNX model')
    .description(
      'Writes a trained run as an ONNX model that takes pixels and gives a probability, with thresholds, crop convention and origin in its metadata, and a golden picture beside it. Compares it with the run by onnxruntime before it is done; exit code 1 above 1e-4.',
    )
    .argument('<run>', 'folder of the run')
    .requiredOption('-o, --output <file>', 'ends with .onnx; an earlier one is kept until the new one is checked')
    .option('--decision <name>', 'use the threshold and the calibration of this decision of gradalign calibrate')
    .option('--license <name>', 'license of the weights, such as Apache-2.0, for the metadata')
    .option('--quantize <type>', 'int8: convolutions in 8-bit integers, calibrated on source images, compared with the float model')
    .option('--no-check', 'do not compare the file with the run; the metadata say so');
  withOutputOptions(withWeightsOption(withCheckpointOption(command)))
    .addHelpText(
      'after',
      `
Examples:
  gradalign export runs/experiment-seed0 -o door.onnx
  gradalign export runs/experiment-seed0 --weights swad --decision apcer=0.01 -o door.onnx`,
    )
    .action((folder: string, options: ExportCommandOptions) => run((terminal) => exportToOnnx(folder, options, terminal), options));
}

async function exportToOnnx(folder: string, options: ExportCommandOptions, terminal: Terminal): Promise<number> {
  const [{ cannot, findDecision, rawWeights, runPaths }, { exportRun }] = await Promise.all([import('@gradalign/core'), import('@gradalign/export')]);
  if (options.quantize !== undefined && options.quantize !== 'int8')
    throw cannot(`export with --quantize ${options.quantize}`, 'there is no such type', 'int8', { exitCode: 2 });
  const paths = runPaths(folder);
  const decision = options.decision === undefined || !existsSync(paths.experiment) ? undefined : findDecision(paths, options.decision);
  using interrupt = interruptible(terminal, 'stopping; nothing is written');
  await using trained = await openRun(folder, decision ? weightsOfDecision(decision, options, rawWeights) : options, terminal);
  const result = await exportRun(trained, {
    output: options.output,
    check: options.check,
    ...(options.quantize === undefined ? {} : { quantize: 'int8' as const }),
    signal: interrupt.signal,
    ...(decision && options.decision !== undefined ? { decision, decisionName: options.decision } : {}),
    ...(options.license === undefined ? {} : { license: options.license }),
  });
  terminal.print(renderExport(result));
  terminal.printJson(result);
  return 0;
}
