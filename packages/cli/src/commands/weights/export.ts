import { statSync } from 'node:fs';
import type { CommandContext } from '../../command-context.ts';
import { withOutputOptions } from '../../options/output-options.ts';
import { openRun, type RunOptions, withCheckpointOption, withWeightsOption } from '../../options/run-options.ts';

interface ExportOptions extends RunOptions {
  readonly output: string;
}

export function addExportWeightsCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('export')
    .summary("write weights in torchvision's naming, for PyTorch")
    .description(
      "Writes the weights of a run, or of a safetensors file, in torchvision's naming and layout, for load_state_dict(strict=True) of the same network.",
    )
    .argument('<run or file>', 'folder of a run, or a safetensors file (the model.safetensors of a checkpoint, say)')
    .requiredOption('-o, --output <file>', 'ends with .pth, .pt or .safetensors');
  withOutputOptions(withWeightsOption(withCheckpointOption(command)))
    .addHelpText('after', '\nExample: gradalign weights export runs/experiment-seed0 -o resnet18.pth')
    .action((source: string, { output, ...options }: ExportOptions) =>
      run(async (terminal) => {
        const [{ exportWeights, storedTensors, weightsOfFile }, { requireOutput }] = await Promise.all([
          import('@gradalign/models'),
          import('@gradalign/core'),
        ]);
        requireOutput(output);
        const write = async () => {
          if (!statSync(source, { throwIfNoEntry: false })?.isDirectory()) return exportWeights({ tensors: weightsOfFile(source), output });
          await using trained = await openRun(source, options, terminal, { withoutData: true });
          return exportWeights({ tensors: storedTensors(trained.model.weights), output });
        };
        const result = await write();
        terminal.print(`${output}: ${result.tensors.length} tensors`);
        terminal.printJson(result);
        return 0;
      }, options),
    );
}
