import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderInput } from '@gradalign/core/pixels';
import type { Golden } from '@gradalign/model-format';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../../../vitest.chromium.ts';
import { loadLiveness } from '../src/load-liveness.ts';
import { readPicture } from '../src/node.ts';
import { openBrowserPage } from './browser-page.ts';
import { withDensity, withPhysical } from './picture-kinds.ts';
import { smallMetadata, smallModel } from './small-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-liveness-'));
afterAll(() => rmSync(folder, { recursive: true }));

const limits = { sharpness: 0, brightness: 0, size: 1 };
const model = smallModel();

describe.skipIf(!hasChromium())('in Chromium', () => {
  const pictures: Record<string, Uint8Array> = {};
  let opened: Awaited<ReturnType<typeof openBrowserPage>>;

  beforeAll(async () => {
    const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => ((i * 7 + Math.floor(i / 120) * 31) % 128) + (Math.floor(i / 3) % 40 < 20 ? 120 : 0));
    const picture = () => sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } });
    pictures['plain.png'] = await picture().png().toBuffer();
    pictures['alpha.png'] = await picture().ensureAlpha(0.5).png().toBuffer();
    pictures['deep.png'] = await picture().toColourspace('rgb16').png().toBuffer();
    pictures['turned.jpg'] = await picture().jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer();
    // Chromium does not turn these itself.
    pictures['turned.webp'] = await picture().webp({ lossless: true }).withMetadata({ orientation: 6 }).toBuffer();
    pictures['turned-back.webp'] = await picture().webp({ lossless: true }).withMetadata({ orientation: 8 }).toBuffer();
    pictures['one.png'] = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#c8c8c8' } })
      .png()
      .toBuffer();
    const [stored, lossless] = [pictures['turned.jpg'] as Uint8Array, pictures['plain.png'] as Uint8Array];
    pictures['turned-narrow.jpg'] = withDensity(stored, 2, 1);
    pictures['narrow.png'] = withPhysical(lossless, 3000, 2000);
    const huge = Uint8Array.from(pictures['plain.png']);
    new DataView(huge.buffer).setUint32(16, 20000);
    new DataView(huge.buffer).setUint32(20, 20000);
    pictures['huge.png'] = huge;
    pictures['cut.png'] = pictures['plain.png'].slice(0, 60);
    opened = await openBrowserPage({ model, 'golden.json': JSON.stringify(await goldenOf(pixels)), ...pictures });
  });
  afterAll(() => opened.close());

  /** The golden of the small model, by the numbers that Node gets. */
  async function goldenOf(pixels: Uint8Array): Promise<Golden> {
    const input = await renderInput({ data: pixels, width: 40, height: 30, channels: 3 }, { ...smallMetadata.image, interpolation: 'bilinear' });
    await using liveness = await loadLiveness(model, { limits });
    const { logit, probability } = await liveness.check({ data: pixels, width: 40, height: 30 });
    return {
      format: 1,
      model: createHash('sha256').update(model).digest('hex'),
      picture: { png: Buffer.from(pictures['plain.png'] as Uint8Array).toString('base64'), width: 40, height: 30 },
      crop: { x: 0, y: 0, width: 40, height: 30 },
      input: [0, 3, 7].flatMap((row) => [1, 6].map((column) => [row, column, ...input.slice((row * 8 + column) * 3, (row * 8 + column) * 3 + 3)])),
      output: { logit: [logit as number], probability: [probability as number] },
      tolerance: 1e-3,
    };
  }

  const script = (body: string) => `(async () => {
    const { loadLiveness } = await import('/liveness.js');
    const bytes = async (name) => (await fetch('/' + name)).arrayBuffer();
    const liveness = await loadLiveness(await bytes('model'), { limits: ${JSON.stringify(limits)}, golden: await (await fetch('/golden.json')).text() });
    const said = (work) => work.then(({ logit }) => logit, (error) => error.message);
    ${body}
  })()`;

  it('gets the numbers of Node for the golden picture, in two pages at once', async () => {
    const pages = [await opened.open(), await opened.open()];
    for (const found of await Promise.all(pages.map((page) => page.evaluate(script('return liveness.selfTest();')))))
      expect(found).toEqual({
        passed: true,
        largestDifference: { input: expect.closeTo(0, 6), logit: expect.closeTo(0, 4), probability: expect.closeTo(0, 6) },
        tolerance: 1e-3,
      });
    expect(opened.elsewhere).toEqual([]);
  });

  it('decodes files as training does: turned, 16 bits, one pixel; refuses what is cut off, huge or transparent', async () => {
    const page = await opened.open();
    const names = Object.keys(pictures);
    const found = (await page.evaluate(
      script(`const all = {}; for (const name of ${JSON.stringify(names)}) all[name] = await said(liveness.check(new Blob([await bytes(name)]))); return all;`),
    )) as Record<string, number | string>;
    await using liveness = await loadLiveness(model, { limits });
    for (const name of ['plain.png', 'deep.png', 'turned.jpg', 'turned.webp', 'turned-back.webp', 'one.png']) {
      writeFileSync(join(folder, name), pictures[name] as Uint8Array);
      const { logit } = await liveness.check(await readPicture(join(folder, name)));
      // Decoders of JPEG differ by a few levels a pixel.
      expect([name, found[name]]).toEqual([name, expect.closeTo(logit as number, name.endsWith('.jpg') ? 0 : 1)]);
    }
    expect(found['one.png']).toBeCloseTo(200 - 128, 3);
    expect(found['alpha.png']).toBe('Cannot check the picture: it is transparent in parts, expected an opaque picture, or its pixels');
    expect(found['cut.png']).toMatch('the browser cannot decode it');
    expect(found['huge.png']).toMatch('it is 20000 x 20000 pixels, 400 million');
  });

  it('turns a picture by its EXIF orientation and makes its pixels square before a face is cut out of it', async () => {
    const page = await opened.open();
    const turned = smallModel({
      ...smallMetadata,
      preparation: { format: 'jpeg 60', crop: { name: 'safas', size: 16, margin: 0, square: false, align: 'none' }, faces: 'auto' },
    });
    // Upright turned.jpg is 30 x 40, and its bright half is the upper one: the box is bright only there.
    const face = { box: { x: 15, y: 0, width: 15, height: 15 } };
    await using liveness = await loadLiveness(turned, { limits, detector: { detect: async () => [face] } });
    for (const name of ['turned.jpg', 'turned.webp', 'turned-narrow.jpg', 'narrow.png']) {
      const there = await page.evaluate(`(async () => {
        const { loadLiveness } = await import('/liveness.js');
        const liveness = await loadLiveness(Uint8Array.from(${JSON.stringify([...turned])}), { limits: ${JSON.stringify(limits)}, detector: { detect: async () => [${JSON.stringify(face)}] } });
        return (await liveness.check(new Blob([await (await fetch('/${name}')).arrayBuffer()]))).logit;
      })()`);
      const { logit } = await liveness.check(await readPicture(pictures[name] as Uint8Array));
      if (name.startsWith('turned.')) expect(logit).toBeGreaterThan(40);
      expect([name, there]).toEqual([name, expect.closeTo(logit as number, 0)]);
    }
  });

  it('takes a canvas; watches frames, and says when they stop', async () => {
    const page = await opened.open();
    const found = await page.evaluate(
      script(`const canvas = new OffscreenCanvas(40, 30); const context = canvas.getContext('2d');
        async function* frames() { for (const level of [148, 168]) { context.fillStyle = 'rgb(' + [level, level, level] + ')'; context.fillRect(0, 0, 40, 30); yield canvas; } await new Promise(() => {}); }
        const told = [];
        try { for await (const { score, decision } of liveness.watch(frames(), { patience: 0.2 })) told.push([Math.round(score), decision]); } catch (error) { told.push(error.message); }
        return told;`),
    );
    expect(found).toEqual([[20, 'live'], [30, 'live'], expect.stringContaining('no frame came for 0.2 seconds')]);
  });
});
