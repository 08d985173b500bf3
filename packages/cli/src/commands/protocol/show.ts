import type { CommandContext } from '../../command-context.ts';
import { describeProtocols } from '../../data/describe-protocols.ts';
import { type PluginOptions, withPluginOptions } from '../../options/plugin-options.ts';

export function addShowCommand({ parent, run }: CommandContext): void {
  withPluginOptions(
    parent
      .command('show')
      .summary('explain a protocol')
      .description('Explains a protocol: its domains, its options, how published work uses it, and what is wrong with that.')
      .argument('<name>', 'name of the protocol'),
  )
    .addHelpText('after', '\nExample: gradalign protocol show oci-to-m')
    .action((name: string, options: PluginOptions) =>
      run(async (terminal) => {
        const { cannot, suggestion } = await import('@gradalign/core');
        const all = await describeProtocols(options.plugin);
        const found = all.find((one) => one.name === name || one.aliases?.includes(name));
        if (!found) {
          const known = all.map((one) => one.name);
          throw cannot(`show protocol '${name}'`, 'no plugin offers it', `one of ${known.join(', ')}${suggestion(name, known)}`, { exitCode: 2 });
        }
        const { renderProtocolDetails } = await import('../../render/render-protocols.ts');
        terminal.print(renderProtocolDetails(found));
        terminal.printJson(found);
        return 0;
      }, options),
    );
}
