import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

it('the short form: 260 fuzzed files, 4 damaged runs, 2 faults and 3 kills keep every promise', () => {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const form = ['--seed', '2', '--minutes', '6', '--series', 'fuzz,damage,fault,kill', '--fuzz', '260', '--damage', '4', '--fault', '2', '--kill', '3'];
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=@gradalign/source', '--import', tsx, main, ...form], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/: 26[79] cases in .* minutes, 0 broken promises/);
});
