import { readFileSync } from 'node:fs';
import { type Augmentation, completeOptions, createRandom, type PixelImage } from '@gradalign/core';
import { expect, it } from 'vitest';
import { recaptureTable } from '../../test/recapture-table.ts';
import { renderedFace } from '../../test/rendered-face.ts';
import { recapture } from './recapture.ts';

const make = (options: Readonly<Record<string, unknown>>): Augmentation => recapture.create(completeOptions(recapture, options) as never);
const apply = async (options: Readonly<Record<string, unknown>>, image: PixelImage, seed = 0) =>
  (await make(options).pixels?.(image, createRandom(['recapture', seed]))) as PixelImage;
const face = renderedFace(2, 64);
const same = (a: PixelImage, b: PixelImage) => Buffer.from(a.data).equals(Buffer.from(b.data));

it('the same random numbers give the same bytes, others give others, and the input stays as it is', async () => {
  const before = face.data.slice();
  for (const kind of ['live', 'print', 'replay', 'both']) {
    const [one, again, other] = [await apply({ kind }, face), await apply({ kind }, face), await apply({ kind }, face, 1)];
    expect(same(one, again)).toBe(true);
    expect(same(one, other)).toBe(false);
  }
  expect(face.data).toEqual(before);
});

it('p 0 gives the picture itself; p 0.25 changes a quarter of 200; both is print half of the time', async () => {
  expect(await apply({ p: 0 }, face)).toBe(face);
  const tiny: PixelImage = { data: new Uint8Array(48).fill(120), width: 4, height: 4, channels: 3 };
  const changed = await Promise.all(Array.from({ length: 200 }, async (_, i) => (await apply({ p: 0.25 }, tiny, i)) !== tiny));
  expect(changed.filter(Boolean).length / 200).toBeCloseTo(0.25, 1);
  const prints = await Promise.all(Array.from({ length: 100 }, async (_, i) => same(await apply({}, tiny, i), await apply({ kind: 'print' }, tiny, i))));
  expect(prints.filter(Boolean).length).toBeGreaterThan(35);
  expect(prints.filter(Boolean).length).toBeLessThan(75);
});

it.each([
  { width: 1, height: 1 },
  { width: 3, height: 200 },
  { width: 900, height: 30 },
])('takes pictures of $width x $height, in color and gray, and keeps their shape', async ({ width, height }) => {
  for (const channels of [1, 3] as const) {
    const image: PixelImage = { data: new Uint8Array(width * height * channels).fill(90), width, height, channels };
    for (const kind of ['print', 'replay']) {
      const out = await apply({ kind, side: 128, resolution: [1, 1] }, image);
      const most = Math.min(128, Math.max(width, height));
      expect(Math.max(out.width, out.height)).toBe(most);
      expect(Math.min(out.width, out.height)).toBe(Math.max(1, Math.round((Math.min(width, height) / Math.max(width, height)) * most)));
      expect([out.channels, out.data.length]).toEqual([channels, out.width * out.height * channels]);
    }
  }
});

it('every option says its unit, bounds and source, and is refused out of its bounds', () => {
  const { properties } = recapture.options as unknown as { properties: Record<string, { description?: string; items?: object }> };
  for (const [name, { description = '', items }] of Object.entries(properties)) if (items) expect(description, name).toMatch(/Source: .+\.$/);
  expect(() => make({ halftone: [0.2, 1.5] })).toThrow('options/halftone/1 must be <= 1');
  expect(() => make({ press: ['lithograph'] })).toThrow('options/press/0');
});

it('docs/recapture.md holds the table that the schema gives: npm run docs:recapture writes it', () => {
  expect(readFileSync(new URL('../../../../docs/recapture.md', import.meta.url), 'utf8')).toContain(recaptureTable());
});
