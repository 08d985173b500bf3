import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeed, type Dataset } from '@gradalign/core';
import { afterAll, expect, it } from 'vitest';
import { recaptureBenchmark } from '../../adapters/own/recapture-benchmark.ts';
import { domainNames } from './domains.ts';
import { synthesizeBenchmark } from './synthesize-benchmark.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign synthesis-'));
afterAll(() => rmSync(folder, { recursive: true }));
const size = { subjects: { train: 1, test: 1 }, clips: 1, frames: 1 };
const files = (root: string) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jpg'))
    .sort();

it('the same seed gives the same bytes, whatever the number of workers; another seed others', async () => {
  const one = await synthesizeBenchmark({ root: join(folder, 'one'), seed: 3, size, workers: 0 });
  const two = await synthesizeBenchmark({ root: join(folder, 'two'), seed: 3, size, workers: 2 });
  const other = await synthesizeBenchmark({ root: join(folder, 'other'), seed: 4, size, workers: 2 });
  expect(two.checksum).toBe(one.checksum);
  expect(other.checksum).not.toBe(one.checksum);
  // 4 domains x 2 persons x 3 kinds
  expect(files(join(folder, 'one'))).toHaveLength(24);
  for (const name of files(join(folder, 'one'))) expect(readFileSync(join(folder, 'two', name)).equals(readFileSync(join(folder, 'one', name)))).toBe(true);
});

it('a second start sees that everything is there; something else is not overwritten', async () => {
  expect(await synthesizeBenchmark({ root: join(folder, 'one'), seed: 3, size, workers: 0 })).toMatchObject({ done: 'nothing', images: 24 });
  await expect(synthesizeBenchmark({ root: join(folder, 'one'), seed: 9, size, workers: 0 })).rejects.toThrow(
    'it holds the benchmark of version 2, seed 3, expected an empty folder',
  );
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine', 'diary.txt'), '');
  await expect(synthesizeBenchmark({ root: join(folder, 'mine'), seed: 3, size, workers: 0 })).rejects.toThrow('it holds something else');
});

it('an abort leaves nothing behind', async () => {
  const controller = new AbortController();
  const root = join(folder, 'aborted');
  await expect(synthesizeBenchmark({ root, seed: 3, size, workers: 0, signal: controller.signal, onProgress: () => controller.abort() })).rejects.toThrow();
  expect(readdirSync(folder).filter((name) => name.includes('aborted'))).toEqual([]);
});

it('is read as a data set: live, print and replay in both splits, and no person in two splits or domains', async () => {
  const persons = new Map<string, string>();
  for (const domain of domainNames) {
    const { samples } = (await recaptureBenchmark.create({ root: join(folder, 'one'), domain }, { seed: createSeed(0), domain, folder })) as Dataset;
    expect(new Set(samples.map(({ split, species }) => `${split} ${species ?? 'live'}`))).toEqual(
      new Set(['train live', 'train print', 'train replay', 'test live', 'test print', 'test replay']),
    );
    for (const { subject = '', split } of samples) {
      expect(persons.get(subject) ?? `${domain} ${split}`).toBe(`${domain} ${split}`);
      persons.set(subject, `${domain} ${split}`);
    }
  }
  expect(persons.size).toBe(8);
});

it('a folder of version 1 is read with advice, and not overwritten; one of this version has none', async () => {
  const old = join(folder, 'old');
  const record = JSON.parse(readFileSync(join(folder, 'one', 'benchmark.json'), 'utf8'));
  cpSync(join(folder, 'one'), old, { recursive: true });
  writeFileSync(join(old, 'benchmark.json'), JSON.stringify({ ...record, version: 1 }));
  const read = async (root: string) =>
    (await recaptureBenchmark.create({ root, domain: 'phone' }, { seed: createSeed(0), domain: 'phone', folder: root })) as Dataset;
  const { samples, notes } = await read(old);
  // 2 persons x 3 kinds
  expect(samples).toHaveLength(6);
  expect(notes?.advice).toEqual([
    `${old} holds version 1 of the recapture benchmark, and this release renders version 2: figures on different versions cannot be compared. Render it anew: gradalign data synthesize --out <new folder>`,
  ]);
  expect((await read(join(folder, 'one'))).notes?.advice ?? []).toEqual([]);
  await expect(synthesizeBenchmark({ root: old, seed: 3, size, workers: 0 })).rejects.toThrow(
    'it holds the benchmark of version 1, seed 3, and this release renders version 2, expected an empty folder',
  );
});

it('says how to make the data where it is not there', async () => {
  await expect(recaptureBenchmark.create({ root: join(folder, 'nowhere'), domain: 'phone' }, { seed: createSeed(0), domain: 'x', folder })).rejects.toThrow(
    /there is no recapture benchmark in .*nowhere, expected one: gradalign data synthesize --out/,
  );
});
