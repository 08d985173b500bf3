import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

it('the short form: 140 fuzzed files, 4 damaged runs, 1 fault and 2 kills keep every promise', () => {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const form = ['--seed', '2', '--minutes', '6', '--fuzz', '140', '--damages', '4', '--faults', '1', '--kills', '2'];
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=@gradalign/source', '--import', tsx, main, ...form], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/: 14[67] cases in .* minutes, 0 broken promises/);
});
