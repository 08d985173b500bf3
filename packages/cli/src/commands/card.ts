import type { CommandContext } from '../command-context.ts';
import { withOutputOptions } from '../options/output-options.ts';
import { withWeightsOption } from '../options/run-options.ts';
import type { OutputOptions } from '../output.ts';

interface CardOptions extends OutputOptions {
  readonly output?: string;
  readonly weights?: string;
  readonly license?: string;
}

export function addCardCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('card')
    .summary('write a model card about a trained run')
    .description(
      'Writes a model card in Markdown with the front matter of Hugging Face: intended use, results under both conventions with intervals, APCER by species, thresholds, training data, limits, cost. Needs neither the data nor the engine.',
    )
    .argument('<run>', 'folder of the run')
    .option('-o, --output <file>', "where to write it (default: model-card.md in the run's folder)")
    .option('--license <name>', 'license of the weights as Hugging Face names it, such as apache-2.0');
  withOutputOptions(withWeightsOption(command))
    .addHelpText('after', '\nExample: gradalign card runs/experiment-seed0 -o README.md')
    .action((folder: string, options: CardOptions) =>
      run(async (terminal) => {
        const [{ modelCard }, { requireOutput, writeAtomically }, { join }] = await Promise.all([
          import('@gradalign/export'),
          import('@gradalign/core'),
          import('node:path'),
        ]);
        const { weights, license } = options;
        if (options.output !== undefined) requireOutput(options.output);
        const card = await modelCard(folder, { ...(weights === undefined ? {} : { weights }), ...(license === undefined ? {} : { license }) });
        const file = options.output ?? join(folder, 'model-card.md');
        writeAtomically(file, card);
        terminal.print(`model card: ${file}`);
        terminal.printJson({ run: folder, card: file });
        return 0;
      }, options),
    );
}
