import { bundledPlugins, withOutputOptions } from '../experiment-options.ts';
import { firstParty } from '../first-party.ts';
import type { CommandContext } from '../main.ts';
import { renderCatalogue } from '../render-catalogue.ts';

interface ListOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly kind?: string;
  readonly plugin: readonly string[];
}

export function addListCommand({ program, run }: CommandContext): void {
  withOutputOptions(program.command('list'))
    .description('what the plugins offer: names, summaries, options, costs')
    .argument('[name...]', 'only items of these names')
    .option('--kind <kind>', 'only this kind: dataset, augmentation, model, loss, updateRule, optimizer, schedule, metric, callback, protocol')
    .option(
      '--plugin <specifier>',
      'a plugin besides the bundled ones; may be repeated',
      (value: string, all: readonly string[]) => [...all, value],
      [] as readonly string[],
    )
    .addHelpText('after', '\nExamples:\n  gradalign list --kind optimizer\n  gradalign list gac --json\n  gradalign list --plugin ./my-plugin.js')
    .action((names: string[], options: ListOptions) =>
      run(async (terminal) => {
        const { describeCatalogue, kinds, loadCatalogue, suggestion, UserError } = await import('@gradalign/core');
        if (options.kind !== undefined && !(kinds as readonly string[]).includes(options.kind)) {
          throw new UserError(
            `Cannot list kind '${options.kind}': there is none of that name, expected one of ${kinds.join(', ')}${suggestion(options.kind, kinds)}`,
            { exitCode: 2 },
          );
        }
        const catalogue = await loadCatalogue([...firstParty, ...options.plugin], { resolveFrom: [bundledPlugins] });
        const all = describeCatalogue(catalogue);
        const unknown = names.find((name) => !all.some((item) => item.name === name));
        if (unknown !== undefined) {
          const known = all.map(({ name }) => name);
          throw new UserError(`Cannot list '${unknown}': no plugin offers it, expected one of ${known.join(', ')}${suggestion(unknown, known)}`, {
            exitCode: 2,
          });
        }
        const items = all.filter(({ kind, name }) => (options.kind === undefined || kind === options.kind) && (names.length === 0 || names.includes(name)));
        terminal.print(renderCatalogue(items, { details: names.length > 0 }));
        terminal.printJson(items);
        return 0;
      }, options),
    );
}
