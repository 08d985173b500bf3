import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { decodeImage } from './decode-image.ts';
import { TooSlowError, withinSeconds } from './within-seconds.ts';

const folder = mkdtempSync(join(tmpdir(), 'slow-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('work that ends in time gives its value or its error; other work is given up, and says when it has ended', async () => {
  await expect(withinSeconds(5, () => Promise.resolve(3))).resolves.toBe(3);
  await expect(withinSeconds(5, () => Promise.reject(new Error('own')))).rejects.toThrow('own');
  let end = () => {};
  const work = new Promise<void>((resolve) => {
    end = resolve;
  });
  const error = await withinSeconds(0.01, () => work).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TooSlowError);
  end();
  await (error as TooSlowError).settled;
});

it('seconds in which the process is frozen do not count: of 2 with a limit of 1 a tenth does', async () => {
  const work = () =>
    new Promise((resolve) => {
      setTimeout(() => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
        setTimeout(() => resolve('done'), 100);
      }, 100);
    });
  await expect(withinSeconds(1, work)).resolves.toBe('done');
});

it('work that gave up by a clock of its own is begun again, three times in all; not where its time is over', async () => {
  let begun = 0;
  const timeout = () => {
    begun++;
    return Promise.reject(new Error('timeout: 10% complete'));
  };
  await expect(withinSeconds(5, timeout, () => true)).rejects.toThrow('timeout');
  expect(begun).toBe(3);
  await expect(withinSeconds(5, timeout)).rejects.toThrow('timeout');
  expect(begun).toBe(4);
});

it('a picture of 38 bytes and 64 million pixels is given up after the seconds that it has, in words', async () => {
  const path = join(folder, 'bomb.webp');
  writeFileSync(
    path,
    await sharp({ create: { width: 8000, height: 8000, channels: 3, background: '#c04020' } })
      .webp({ lossless: true, effort: 0 })
      .toBuffer(),
  );
  const started = performance.now();
  await expect(decodeImage({ path }, { channels: 3, seconds: 0.05 })).rejects.toThrow(
    `Cannot read image ${path}: decoding it takes too long (a picture has 20 seconds), expected an ordinary image`,
  );
  expect(performance.now() - started).toBeLessThan(5000);
});
