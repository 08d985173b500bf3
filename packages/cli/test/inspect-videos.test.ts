import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ouluNpuFixture } from '../../datasets/test/fixtures/oulu-npu.ts';
import { hasFfmpeg } from '../../datasets/test/fixtures/tiny-videos.ts';

const bin = fileURLToPath(new URL('../bin/gradalign.js', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

describe.skipIf(!hasFfmpeg)('data inspect of raw videos', () => {
  let folder: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'raw é-')));
    ouluNpuFixture.write(join(folder, 'oulu'));
    renameSync(join(folder, 'oulu/Train_files/1_1_01_1.avi'), join(folder, 'oulu/Train_files/holiday.avi'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const inspect = (...args: string[]) =>
    spawnSync(process.execPath, ['--conditions=@gradalign/source', '--import', tsx, bin, 'data', 'inspect', '--use', 'oulu-npu', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });

  it('prints counts by split and class, species, subjects, what fits no rule and what is missing as JSON', () => {
    const { status, stdout } = inspect('--root', 'oulu', '--set', 'protocol=1', '--json', '--no-check');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      clips: { train: { live: 3, attack: 16 }, dev: { live: 4, attack: 16 }, test: { live: 2, attack: 8 } },
      species: { 'print/1': 10, 'print/2': 10, 'replay/1': 10, 'replay/2': 10 },
      subjects: { train: 1, dev: 1, test: 1 },
      unmatched: ['Train_files/holiday.avi'],
      missing: ['1_1_01_1'],
      official: { train: { live: 240, attack: 960 } },
    });
  });

  it('refuses wrong protocols and options with exit code 2 and says what is meant', () => {
    for (const [args, message] of [
      [['--root', 'oulu', '--set', 'protocol=7'], "its option protocol is '7', expected one of 1, 2, 3, 4"],
      [['--root', 'oulu', '--set', 'protokol=1'], "it has no option 'protokol', expected one of root, protocol, fold; did you mean 'protocol'?"],
    ] as const) {
      const { status, stderr } = inspect(...args);
      expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});
