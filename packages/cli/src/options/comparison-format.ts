import { extname } from 'node:path';

/** Renderings of `compare`. */
export const comparisonFormats = ['terminal', 'markdown', 'latex', 'csv', 'json'] as const;

/** One of `comparisonFormats`. */
export type ComparisonFormat = (typeof comparisonFormats)[number];

const byExtension: Readonly<Record<string, ComparisonFormat>> = { '.md': 'markdown', '.markdown': 'markdown', '.tex': 'latex', '.csv': 'csv', '.json': 'json' };

/**
 * The format that the options name: `--format`, else by the name of the file.
 *
 * @throws UserError, exit code 2, for an unknown format, or a file that cannot be written: before anything is trained
 */
export async function comparisonFormat({ format, output }: { readonly format?: string; readonly output?: string }): Promise<ComparisonFormat> {
  const { cannot, requireOutput, suggestion } = await import('@gradalign/core');
  if (output !== undefined) requireOutput(output);
  if (format === undefined) return byExtension[extname(output ?? '').toLowerCase()] ?? 'terminal';
  const known = comparisonFormats.find((one) => one === format);
  if (known) return known;
  throw cannot('compare', `--format is '${format}'`, `one of ${comparisonFormats.join(', ')}${suggestion(format, comparisonFormats)}`, { exitCode: 2 });
}
