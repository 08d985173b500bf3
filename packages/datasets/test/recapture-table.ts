import { bytesPerPixelOption, qualityOption } from '../src/recapture/options/camera-options.ts';
import type { Described } from '../src/recapture/options/described-range.ts';
import { recaptureOptions } from '../src/recapture/options/recapture-ranges.ts';

/** The table of docs/recapture.md, from the schema's own words. */
export function recaptureTable(): string {
  const rows: readonly { readonly option: string; readonly described: Described }[] = [
    ...recaptureOptions,
    { option: 'quality', described: qualityOption },
    { option: 'bytesPerPixel', described: bytesPerPixelOption },
  ];
  return ['| option | what it does | unit | bounds | default | source |', '|---|---|---|---|---|---|', ...rows.map(row)].join('\n');
}

function row({ option, described }: { readonly option: string; readonly described: Described }): string {
  const cells =
    'names' in described
      ? ['name', described.names.join(', '), described.default.length === described.names.length ? 'all' : described.default.join(', ')]
      : [described.unit, `${rounded(described.least)} to ${rounded(described.most)}`, described.default.map(rounded).join(' to ')];
  return `| \`${option}\` | ${[described.says, ...cells, described.source].join(' | ')} |`;
}

const rounded = (value: number) => Number(value.toFixed(3));
