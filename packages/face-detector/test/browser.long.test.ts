import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../../../vitest.chromium.ts';
import type { DetectedFace, Picture } from '../src/detected-face.ts';
import { createFaceDetector } from '../src/face-detector.ts';
import { openDetectorPage } from './browser-page.ts';

// Photographs in the detector's own package.
const samples = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');

async function photograph(name: string, width: number): Promise<Picture> {
  const { data, info } = await sharp(join(samples, name)).resize(width).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** All coordinates of a face, and its score. */
function numbersOf({ box, landmarks, score }: DetectedFace): readonly number[] {
  return [...Object.values(box), ...Object.values(landmarks).flatMap(({ x, y }) => [x, y]), 100 * score];
}

describe.skipIf(!hasChromium())('in Chromium', () => {
  const pictures: Record<string, Picture> = {};
  let opened: Awaited<ReturnType<typeof openDetectorPage>>;
  beforeAll(async () => {
    for (const [name, width] of [
      ['sample1.jpg', 960],
      ['sample2.jpg', 640],
      ['sample3.jpg', 333],
    ] as const)
      pictures[name] = await photograph(name, width);
    pictures['wall'] = { data: new Uint8Array(320 * 240 * 3).fill(128), width: 320, height: 240 };
    pictures['dot'] = { data: new Uint8Array(3), width: 1, height: 1 };
    opened = await openDetectorPage({
      ...Object.fromEntries(Object.entries(pictures).map(([name, { data }]) => [`pictures/${name}`, data])),
      'damaged/tfjs-backend-wasm-simd.wasm': 'no WebAssembly',
      'damaged/tfjs-backend-wasm.wasm': 'no WebAssembly',
    });
  });
  afterAll(() => opened?.close());

  const script = (body: string) => `(async () => {
    const asked = async (worker, message) => { worker.postMessage(message); return new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); }); };
    const picture = async (name, width, height) => ({ data: new Uint8Array(await (await fetch('/pictures/' + name)).arrayBuffer()), width, height });
    ${body}
  })()`;
  const sizes = () => JSON.stringify(Object.entries(pictures).map(([name, { width, height }]) => [name, width, height]));

  it('finds the faces that Node finds, in a page and in a worker, to 0.5 pixels and 0.5 % of the score', async () => {
    const found = (await opened.page.evaluate(
      script(`const { loadBrowserFaceDetector } = await import('/detector.js');
        const detector = await loadBrowserFaceDetector({ files: '/detector' });
        const worker = new Worker('/worker.js', { type: 'module' });
        const all = {};
        for (const [name, width, height] of ${sizes()}) {
          const one = await picture(name, width, height);
          all[name] = { page: await detector.detect(one), worker: await asked(worker, { options: { files: '/detector/' }, picture: one }) };
        }
        return all;`),
    )) as Record<string, { readonly page: readonly DetectedFace[]; readonly worker: readonly DetectedFace[] }>;
    const node = createFaceDetector();
    const furthest: number[] = [];
    for (const [name, picture] of Object.entries(pictures)) {
      const expected = await node.detect(picture);
      expect(found[name]?.page).toHaveLength(expected.length);
      expect(found[name]?.worker).toEqual(found[name]?.page);
      for (const [i, face] of expected.entries()) {
        const there = numbersOf(found[name]?.page[i] as DetectedFace);
        furthest.push(...numbersOf(face).map((value, at) => Math.abs(value - (there[at] as number))));
      }
    }
    await node.close();
    expect(furthest.length).toBeGreaterThanOrEqual(15 * 5);
    expect(Math.max(...furthest)).toBeLessThanOrEqual(0.5);
    console.log(`largest difference of a coordinate between Chromium and Node: ${Math.max(...furthest)} pixels`);
    expect(opened.asked).toContain('detector/tfjs-backend-wasm-simd.wasm');
  });

  it('says which file is missing or damaged', async () => {
    const said = (options: object) =>
      opened.page.evaluate(script(`return asked(new Worker('/worker.js', { type: 'module' }), { options: ${JSON.stringify(options)} });`));
    expect(await said({ files: '/detector/', model: 'tiny' })).toEqual({
      name: 'FaceDetectorError',
      message: expect.stringMatching(/Cannot load the face detector: http:.*\/detector\/tiny_face_detector_model.* is not there \(status 404\), expected/),
    });
    expect(await said({ files: '/damaged/' })).toEqual({ name: 'FaceDetectorError', message: expect.stringContaining('does not start on WebAssembly') });
  });
});
