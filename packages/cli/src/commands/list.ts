import type { CommandContext } from '../command-context.ts';
import { loadBundled } from '../options/bundled-plugins.ts';
import { type PluginOptions, withPluginOptions } from '../options/plugin-options.ts';

interface ListOptions extends PluginOptions {
  readonly kind?: string;
}

export function addListCommand({ parent, run }: CommandContext): void {
  withPluginOptions(
    parent
      .command('list')
      .summary('list what the plugins offer')
      .description('Lists what the plugins offer: names, summaries and costs. Given names, it shows their options too.')
      .argument('[name...]', 'show only these, with their options')
      .option('--kind <kind>', 'show only this kind: dataset, augmentation, model, loss, updateRule, optimizer, schedule, metric, callback or protocol'),
  )
    .addHelpText(
      'after',
      `
Examples:
  gradalign list --kind optimizer
  gradalign list gac --json
  gradalign list --plugin ./my-plugin.js`,
    )
    .action((names: string[], options: ListOptions) =>
      run(async (terminal) => {
        const { cannot, describeCatalogue, kinds, suggestion } = await import('@gradalign/core');
        const { kind } = options;
        if (kind !== undefined && !(kinds as readonly string[]).includes(kind))
          throw cannot(`list kind '${kind}'`, 'there is no such kind', `one of ${kinds.join(', ')}${suggestion(kind, kinds)}`, { exitCode: 2 });
        const all = describeCatalogue(await loadBundled(options.plugin));
        const unknown = names.find((name) => !all.some((item) => item.name === name));
        if (unknown !== undefined) {
          const known = all.map(({ name }) => name);
          throw cannot(`list '${unknown}'`, 'no plugin offers it', `one of ${known.join(', ')}${suggestion(unknown, known)}`, { exitCode: 2 });
        }
        const items = all.filter((item) => (kind === undefined || item.kind === kind) && (names.length === 0 || names.includes(item.name)));
        const { renderCatalogue } = await import('../render/render-catalogue.ts');
        terminal.print(renderCatalogue(items, { details: names.length > 0 }));
        terminal.printJson(items);
        return 0;
      }, options),
    );
}
