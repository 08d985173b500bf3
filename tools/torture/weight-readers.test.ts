import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWeightFile } from '@gradalign/models';
import { expect, it } from 'vitest';
import { randomOf } from './random.ts';
import type { Reader } from './readers.ts';
import { weightReaders } from './weight-readers.ts';

it('pickles, archives and NumPy files of the harness hold 0, 0.5, 1, 1.5, 2, 2.5; a damaged archive has right checksums', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-weights-'));
  const read = async ({ file, originals }: Reader) => {
    writeFileSync(join(folder, file), (await originals(folder))[0] as Uint8Array);
    return [...readWeightFile(join(folder, file)).tensors].map(([name, { shape, values }]) => [name, shape, [...values()]]);
  };
  const rows = [0, 0.5, 1, 1.5, 2, 2.5];
  for (const kind of ['pickle', 'pickle in zip']) expect(await read(weightReaders[kind] as Reader)).toEqual([['layer.weight', [2, 3], rows]]);
  expect(await read(weightReaders['npz'] as Reader)).toEqual(['a', 'b'].map((name) => [name, [2, 3], [0, 1, 2, 0.5, 1.5, 2.5]]));
  // Of ten cases some damage the pickle alone: then the archive is sound, and the machine of pickles says what is wrong.
  const { file, originals, damage } = weightReaders['pickle in zip'] as Reader;
  const [original] = await originals(folder);
  const said = Array.from({ length: 10 }, (_, i) => {
    writeFileSync(join(folder, file), damage?.(original as Uint8Array, randomOf(1, `case ${i}`)) as Uint8Array);
    try {
      return String(readWeightFile(join(folder, file)).format);
    } catch (error) {
      return (error as Error).message;
    }
  });
  expect(said.filter((text) => /its pickle/.test(text)).length).toBeGreaterThan(1);
  rmSync(folder, { recursive: true });
});
