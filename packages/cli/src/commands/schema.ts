import type { CommandContext } from '../command-context.ts';
import { loadBundled } from '../options/bundled-plugins.ts';
import { type PluginOptions, withPluginOptions } from '../options/plugin-options.ts';

export function addSchemaCommand({ parent, run }: CommandContext): void {
  withPluginOptions(
    parent
      .command('schema')
      .summary('print the JSON Schema of experiments')
      .description('Prints the JSON Schema (draft-07) of experiments, for editors with the YAML language server.'),
  )
    .addHelpText(
      'after',
      `
Example:
  gradalign schema > gradalign.schema.json
and as the first line of an experiment:
  # yaml-language-server: $schema=gradalign.schema.json`,
    )
    .action((options: PluginOptions) =>
      run(async (terminal) => {
        const { experimentJsonSchema } = await import('@gradalign/core');
        const schema = experimentJsonSchema(await loadBundled(options.plugin));
        terminal.print(JSON.stringify(schema, null, 2));
        terminal.printJson(schema);
        return 0;
      }, options),
    );
}
