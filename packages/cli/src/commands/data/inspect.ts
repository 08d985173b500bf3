import type { CommandContext } from '../../command-context.ts';
import { findDatasets } from '../../data/find-datasets.ts';
import { interruptible } from '../../interruptible.ts';
import { type DatasetOptions, withDatasetOptions } from '../../options/dataset-options.ts';
import { optionReader } from '../../options/option-reader.ts';
import { withOutputOptions } from '../../options/output-options.ts';
import { withTrustOption } from '../../options/trust-option.ts';
import type { OutputOptions } from '../../output.ts';

interface InspectOptions extends DatasetOptions, OutputOptions {
  readonly sheet?: string;
  readonly sheetColumns: string;
  readonly check: boolean;
}

export function addInspectCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('inspect')
    .summary('count a data set and list its problems')
    .description('Counts a data set by domain, split, label and attack species, next to what the complete set holds; lists problems; draws a contact sheet.')
    .argument('[experiment or folder]', 'an experiment, or a folder in the plain layout');
  withDatasetOptions(withTrustOption(command), { also: ', or override a value of the experiment' })
    .option('--sheet <file.png>', 'draw a contact sheet: a row for each class and species, for raw videos one frame of each clip (needs ffmpeg)')
    .option('--sheet-columns <n>', 'clips in each row of the sheet', '8')
    .option('--no-check', 'count only; do not open images and videos');
  withOutputOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  gradalign data inspect data/recapture --sheet sheet.png
  gradalign data inspect experiment.yaml
  gradalign data inspect --use image-folder --root data/recapture/webcam --json
  gradalign data inspect --use oulu-npu --root data/OULU --set protocol=1 --sheet oulu.png --sheet-columns 12`,
    )
    .action((what: string | undefined, options: InspectOptions) =>
      run(async (terminal) => {
        const { requireOutput, writeAtomically } = await import('@gradalign/core');
        const { contactSheet, ffmpegFor, inspectDatasets, renderInspection } = await import('@gradalign/datasets');
        const { wholeNumber } = await optionReader('inspect');
        const columns = wholeNumber('sheet-columns', options.sheetColumns, { least: 1, most: 100 });
        if (options.sheet !== undefined) requireOutput(options.sheet);
        const { entries, catalogue } = await findDatasets(what, options, terminal);
        // A missing ffmpeg is reported before the long check.
        if (options.sheet !== undefined) ffmpegFor(entries.map(({ dataset }) => dataset));
        using interrupt = interruptible(terminal, 'stopping');
        const inspection = await inspectDatasets(entries, {
          checkImages: options.check,
          onProgress: (done, total) => terminal.progress({ phase: 'checking files', done, total, unit: 'files' }),
          signal: interrupt.signal,
        });
        terminal.print(renderInspection(inspection));
        const [only] = Object.values(inspection.domains);
        terminal.printJson(options.use !== undefined && only ? only : inspection);
        if (options.sheet !== undefined) {
          const sheet = await contactSheet(entries, {
            columns,
            pluginFiles: catalogue.pluginFiles,
            onProgress: (done, total) => terminal.progress({ phase: 'drawing the sheet', done, total, unit: 'pictures' }),
            signal: interrupt.signal,
          });
          writeAtomically(options.sheet, sheet);
          terminal.notice(`contact sheet: ${options.sheet}`);
        }
        return 0;
      }, options),
    );
}
