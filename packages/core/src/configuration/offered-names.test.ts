import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-names-'));
afterAll(() => rmSync(folder, { recursive: true }));

const committed = readFileSync(new URL('./offered-names.ts', import.meta.url), 'utf8');
const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** `npm run build:names` on a file that holds this text. */
function build(text: string, ...args: readonly string[]) {
  const file = join(folder, 'offered-names.ts');
  writeFileSync(file, text);
  const node = ['--conditions=@gradalign/source', '--import', 'tsx', 'tools/offered-names.mjs', file, ...args];
  const { status, stderr } = spawnSync(process.execPath, node, { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });
  return { status, stderr, text: readFileSync(file, 'utf8') };
}

const stale = committed.replace("'sam', ", '');

it('a list that lacks a name fails --check, which leaves it as it is', () => {
  expect(stale).not.toBe(committed);
  const checked = build(stale, '--check');
  expect(checked.status).toBe(1);
  expect(checked.stderr).toContain('offered-names.ts is not what the plugins offer: run npm run build:names');
  expect(checked.text).toBe(stale);
});

it('what is committed is what the plugins offer: a stale list becomes it', () => {
  expect(build(stale)).toEqual({ status: 0, stderr: '', text: committed });
});
