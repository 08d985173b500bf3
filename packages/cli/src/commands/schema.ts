import type { CommandContext } from '../command-context.ts';
import { loadBundled } from '../options/bundled-plugins.ts';
import { type PluginOptions, withPluginOptions } from '../options/plugin-options.ts';

export function addSchemaCommand({ parent, run }: CommandContext): void {
  withPluginOptions(
    parent
      .command('schema')
      .summary('print the JSON Schema of experiments')
      .description('Prints the JSON Schema (draft-07) of experiments, for editors with the YAML language server.')
      .option('--study', 'that of study files, for gradalign compare'),
  )
    .addHelpText(
      'after',
      `
Example:
  gradalign schema > gradalign.schema.json
and as the first line of an experiment:
  # yaml-language-server: $schema=gradalign.schema.json`,
    )
    .action((options: PluginOptions & { readonly study?: boolean }) =>
      run(async (terminal) => {
        const { experimentJsonSchema, studyJsonSchema } = await import('@gradalign/core');
        const catalogue = await loadBundled(options.plugin);
        const schema = options.study ? studyJsonSchema(catalogue) : experimentJsonSchema(catalogue);
        terminal.print(JSON.stringify(schema, null, 2));
        terminal.printJson(schema);
        return 0;
      }, options),
    );
}
