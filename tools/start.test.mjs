import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const cache = mkdtempSync(join(tmpdir(), 'gradalign-start-'));
afterAll(() => rmSync(cache, { recursive: true }));

const offline = { ...process.env, GRADALIGN_CACHE: cache, PIP_NO_INDEX: '1', PIP_FIND_LINKS: '' };

it('npm start without engine, weights and index says so, takes tiny-cnn, and prints one document with --json: two methods x two seeds', () => {
  const start = fileURLToPath(new URL('start.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [start, '--plan', '--json'], { encoding: 'utf8', env: offline });
  expect(stderr).toContain('Going on without the native engine, with tiny-cnn from random weights');
  expect(status).toBe(0);
  const plan = JSON.parse(stdout);
  expect(plan.runs).toBe(4);
  // What the small network's study says: its ERM learns at 0.02.
  expect(plan.methods[0].differences).toEqual([{ path: 'optimizer.base.learningRate', experiment: 0.005, method: 0.02 }]);
}, 120_000);
