import { bundledPlugins, withOutputOptions } from '../experiment-options.ts';
import { firstParty } from '../first-party.ts';
import type { CommandContext } from '../main.ts';

interface SchemaOptions {
  readonly quiet?: boolean;
  readonly plugin: readonly string[];
}

export function addSchemaCommand({ program, run }: CommandContext): void {
  withOutputOptions(program.command('schema'))
    .description('print the JSON Schema (draft-07) of experiments, for the YAML language server of an editor')
    .option(
      '--plugin <specifier>',
      'a plugin besides the bundled ones; may be repeated',
      (value: string, all: readonly string[]) => [...all, value],
      [] as readonly string[],
    )
    .addHelpText(
      'after',
      `
Example:
  gradalign schema > gradalign.schema.json
and in the first line of an experiment:
  # yaml-language-server: $schema=gradalign.schema.json`,
    )
    .action((options: SchemaOptions) =>
      run(
        async () => {
          const { experimentJsonSchema, loadCatalogue } = await import('@gradalign/core');
          const catalogue = await loadCatalogue([...firstParty, ...options.plugin], { resolveFrom: [bundledPlugins] });
          process.stdout.write(`${JSON.stringify(experimentJsonSchema(catalogue), null, 2)}\n`);
          return 0;
        },
        { quiet: options.quiet === true },
      ),
    );
}
