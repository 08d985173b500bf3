import type { CommandContext } from '../../command-context.ts';
import { withOutputOptions } from '../../options/output-options.ts';
import type { OutputOptions } from '../../output.ts';

interface ImportOptions extends OutputOptions {
  readonly output: string;
  readonly prefix?: string;
  readonly for?: string;
}

export function addImportWeightsCommand({ parent, run }: CommandContext): void {
  withOutputOptions(
    parent
      .command('import')
      .summary('make safetensors of a file of PyTorch or NumPy')
      .description(
        'Reads the weights of a network from a file of PyTorch (.pth, .pt), NumPy (.npz) or safetensors and writes them as safetensors, which model.weights takes. Runs no code of the file.',
      )
      .argument('<file>', 'the weights; prefixes such as state_dict. and module. are found')
      .requiredOption('-o, --output <file>', 'the safetensors file to write')
      .option('--for <network>', 'the network (default: the one whose tensors are there)')
      .option('--prefix <text>', 'what stands before the names, where the file holds several networks'),
  )
    .addHelpText(
      'after',
      `
Examples:
  gradalign weights import resnet18.pth --for resnet18 -o resnet18.safetensors
  gradalign weights import checkpoint.pth --prefix ema. -o ema.safetensors --json`,
    )
    .action((file: string, { output, prefix, for: network, ...options }: ImportOptions) =>
      run(async (terminal) => {
        const [{ importWeights }, { loadEngine }, { requireOutput }] = await Promise.all([
          import('@gradalign/models'),
          import('@gradalign/engine'),
          import('@gradalign/core'),
        ]);
        requireOutput(output);
        await loadEngine({ notice: terminal.notice });
        const result = importWeights({ file, output, ...(prefix === undefined ? {} : { prefix }), ...(network === undefined ? {} : { network }) });
        const { taken, leftOut, missing, converted, classes } = result;
        const parts = [
          `${taken.length} tensors taken${result.prefix ? ` from under '${result.prefix}'` : ''}${converted.length > 0 ? `, ${converted.join(' and ')} converted to float32` : ''}`,
          `${leftOut.length} left out${leftOut.length > 0 ? `: ${some(leftOut)}` : ''}`,
          classes === undefined
            ? `no last layer (${missing.join(', ')}): use it with strict: false`
            : `the last layer has ${classes} ${classes === 1 ? 'output' : 'outputs'}`,
        ];
        terminal.print(`${output}: ${result.network}\n${parts.map((part) => `  ${part}`).join('\n')}`);
        terminal.printJson({ file, output, ...result });
        return 0;
      }, options),
    );
}

function some(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
