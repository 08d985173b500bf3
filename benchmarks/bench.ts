// npm run bench -- [command] [options]; default command: steps. Each command is a file in commands/.
import { readdirSync } from 'node:fs';
import { cannot, suggestion, UserError } from '@gradalign/core';
import type { Command } from './command.ts';

const folder = new URL('commands/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
const [first = '', ...rest] = process.argv.slice(2);
const named = first !== '' && !first.startsWith('-');
try {
  if (named && !names.includes(first)) {
    throw cannot(`run benchmark '${first}'`, 'no benchmark has that name', `one of ${names.join(', ')}${suggestion(first, names)}`, { exitCode: 2 });
  }
  const { command } = (await import(new URL(`${named ? first : 'steps'}.ts`, folder).href)) as { readonly command: Command };
  await command.run(named ? rest : process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
