import type { CommandContext } from '../command-context.ts';
import { slurmSchema } from '../jobs/slurm/slurm-options.ts';
import { loadBundled } from '../options/bundled-plugins.ts';
import { optionReader } from '../options/option-reader.ts';
import { type PluginOptions, withPluginOptions } from '../options/plugin-options.ts';

export function addSchemaCommand({ parent, run }: CommandContext): void {
  withPluginOptions(
    parent
      .command('schema')
      .summary('print the JSON Schema of experiments')
      .description('Prints the JSON Schema (draft-07) of experiments, for editors with the YAML language server.')
      .option('--study', 'that of study files, for gradalign compare')
      .option('--slurm', 'that of option files, for gradalign compare --slurm'),
  )
    .addHelpText(
      'after',
      `
Example:
  gradalign schema > gradalign.schema.json
and as the first line of an experiment:
  # yaml-language-server: $schema=gradalign.schema.json`,
    )
    .action((options: PluginOptions & { readonly study?: boolean; readonly slurm?: boolean }) =>
      run(async (terminal) => {
        const { experimentJsonSchema, studyJsonSchema } = await import('@gradalign/core');
        if (options.study && options.slurm) (await optionReader('print a schema')).refuse('--study and --slurm are both given', 'one of them');
        const catalogue = await loadBundled(options.plugin);
        const schema = options.slurm ? slurmSchema : options.study ? studyJsonSchema(catalogue) : experimentJsonSchema(catalogue);
        terminal.print(JSON.stringify(schema, null, 2));
        terminal.printJson(schema);
        return 0;
      }, options),
    );
}
