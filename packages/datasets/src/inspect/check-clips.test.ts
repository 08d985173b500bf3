import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@gradalign/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDataset } from '../../test/dataset-conformance.ts';
import { hasFfmpeg, tinyVideo, writeTree } from '../../test/fixtures/tiny-videos.ts';
import { msuMfsd } from '../adapters/raw/msu-mfsd.ts';
import { type DomainInspection, inspectDatasets } from './inspect-datasets.ts';
import { renderInspection } from './render-inspection.ts';

describe.skipIf(!hasFfmpeg)('inspection of whole videos', () => {
  let root: string;
  let dataset: Dataset;
  const clip = (client: string) => `scene01/real/real_client${client}_laptop_SD_scene01.mov`;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'clips ü '));
    const bytes = readFileSync(tinyVideo('mov'));
    writeTree(root, [clip('001')], {
      [clip('013')]: '',
      [clip('014')]: 'this is no video',
      'train_sub_list.txt': '2\n',
      'test_sub_list.txt': '1 13 14 23 24 26',
    });
    writeFileSync(join(root, clip('023')), bytes.subarray(0, bytes.length / 2));
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=duration=0.2', join(root, clip('024'))]);
    execFileSync('ffmpeg', ['-v', 'error', '-i', tinyVideo('mov'), '-c', 'copy', '-frames:v', '0', join(root, clip('026'))]);
    dataset = await openDataset(msuMfsd, root);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('names videos that are empty, cut off, no video, sound alone or without frames', async () => {
    const found = (await inspectDatasets([{ domain: 'msu', dataset }])).domains['msu'] as DomainInspection;
    expect(found.broken?.map(({ id, reason }) => [id.slice('scene01/real/real_client'.length, -'_laptop_SD_scene01.mov'.length), reason])).toEqual([
      ['013', 'the file is empty'],
      ['014', expect.stringContaining('it is not a readable video (its content is of no container that is read')],
      ['023', 'the file is truncated: its end is missing'],
      ['024', 'it has no video'],
      ['026', expect.stringMatching(/^its video has no frames|it has no video$/)],
    ]);
    expect(found).not.toHaveProperty('images');
    expect(found.clips).toEqual({ test: { live: 6, attack: 0 } });
  });

  it('prints the official counts beside those found, the polarity and the problems', async () => {
    const text = renderInspection(await inspectDatasets([{ domain: 'msu', dataset }], { checkImages: false }), { lines: 1 }).split('\n');
    expect(text.slice(0, 7)).toEqual([
      'msu: 6 clips',
      '  split     live    attack  subjects',
      '  train  0 of 30   0 of 90         0',
      '  test   6 of 40  0 of 120         6',
      '  live is scene01/real, attack is scene01/attack',
      '  1 name of missing files:',
      '    client002',
    ]);
    expect(text[7]).toMatch(/^ {2}\d+ problems:$/);
  });

  it('says nothing of broken videos where ffprobe is not there', async () => {
    mkdirSync(join(root, 'no programs'));
    vi.stubEnv('PATH', join(root, 'no programs'));
    const { domains } = await inspectDatasets([{ domain: 'msu', dataset }]).finally(() => vi.unstubAllEnvs());
    expect(domains['msu']).not.toHaveProperty('broken');
  });

  it('can be interrupted', async () => {
    const controller = new AbortController();
    await expect(inspectDatasets([{ domain: 'msu', dataset }], { signal: controller.signal, onProgress: () => controller.abort() })).rejects.toThrow('aborted');
  });
});
