import type { CommandContext } from '../../command-context.ts';
import { describeProtocols } from '../../data/describe-protocols.ts';
import { type PluginOptions, withPluginOptions } from '../../options/plugin-options.ts';

export function addListCommand({ parent, run }: CommandContext): void {
  withPluginOptions(parent.command('list').summary('list all protocols').description('Lists all protocols with their sources and targets.'))
    .addHelpText('after', '\nExample: gradalign protocol list')
    .action((options: PluginOptions) =>
      run(async (terminal) => {
        const all = await describeProtocols(options.plugin);
        const { renderProtocolList } = await import('../../render/render-protocols.ts');
        terminal.print(renderProtocolList(all));
        terminal.printJson(all);
        return 0;
      }, options),
    );
}
