// npm run build:names [-- --check] [file]: writes which first-party plugin offers which item, from the plugins' own lists. Core needs it for the hint that
// it gives where an experiment forgot to name a plugin, and cannot import them. `--check` only compares: exit code 1 if the file is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { firstPartyPlugins } from '@gradalign/core';

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true });
const module = 'packages/core/src/configuration/offered-names.ts';
const file = positionals[0] ?? fileURLToPath(new URL(`../${module}`, import.meta.url));

const rows = [];
for (const specifier of firstPartyPlugins) {
  const { default: plugin } = await import(specifier);
  for (const kind of new Set(plugin.items.map((item) => item.kind))) {
    const names = plugin.items.filter((item) => item.kind === kind).map(({ name }) => `'${name}'`);
    rows.push(row(specifier, kind, names));
  }
}
const text = `// Made by \`npm run build:names\` from the plugins' own lists: do not edit.
import type { Kind } from '../contracts/plugin.ts';

/** What the first-party plugins offer, for whoever forgot to name one. */
export const offeredNames: readonly { readonly plugin: string; readonly kind: Kind; readonly names: readonly string[] }[] = [
${rows.join('\n')}
];
`;
if (text !== readIfThere(file)) {
  if (values.check) console.error(`${file} is not what the plugins offer: run npm run build:names`);
  else writeFileSync(file, text);
  process.exitCode = values.check ? 1 : 0;
}

/** As the formatter has it: on one line of at most 160 characters, or one line a name. */
function row(plugin, kind, names) {
  const line = `  { plugin: '${plugin}', kind: '${kind}', names: [${names.join(', ')}] },`;
  if (line.length <= 160) return line;
  const list = `    names: [${names.join(', ')}],`;
  return [
    '  {',
    `    plugin: '${plugin}',`,
    `    kind: '${kind}',`,
    ...(list.length <= 160 ? [list] : ['    names: [', ...names.map((name) => `      ${name},`), '    ],']),
    '  },',
  ].join('\n');
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
