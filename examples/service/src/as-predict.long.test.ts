// Long: trains a run, exports it, and scores the same files with the command and with the service; finds faces in photographs.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import type { Prediction } from '@gradalign/core';
import { createFaceDetector } from '@gradalign/face-detector';
import { loadLiveness } from '@gradalign/liveness';
import { readPicture } from '@gradalign/liveness/node';
import * as native from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faces, writeFaces } from '../../../packages/cli/test/experiments.ts';
import { gradalign } from '../../../packages/cli/test/run-gradalign.ts';
import { grayClip } from '../test/media.ts';
import { problem, testService } from '../test/test-service.ts';
import { withFaces, writeModel } from '../test/write-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign service-'));
afterAll(() => rmSync(folder, { recursive: true }));
const type = (path: string) => ({ '.jpg': 'image/jpeg', '.png': 'image/png', '.mp4': 'video/mp4' })[extname(path)] as string;

describe('an exported run', () => {
  const inputs = join(folder, 'inputs');
  let predictions: readonly Prediction[];
  beforeAll(async () => {
    await writeFaces(join(folder, 'faces'));
    writeFileSync(join(folder, 'faces.yaml'), faces);
    const run = async (...args: string[]) => {
      const { status, out, err } = await gradalign(folder, args);
      if (status !== 0) throw new Error(err);
      return out;
    };
    await run('train', 'faces.yaml', '-o', 'run');
    await run('export', 'run', '--no-check', '-o', 'door.onnx');
    await writeInputs();
    predictions = (JSON.parse(await run('predict', 'run', 'inputs', '--json')) as { predictions: readonly Prediction[] }).predictions;
  });

  /** Pictures of the run's test share, one of them turned by EXIF, with alpha and with 16 bits; and clips. */
  async function writeInputs(): Promise<void> {
    mkdirSync(inputs);
    const found = ['live', 'attack'].flatMap((kind) => {
      const at = join(folder, 'faces/b/test', kind);
      return readdirSync(at, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(png|jpg)$/.test(name))
        .slice(0, 3)
        .map((name) => join(at, name));
    });
    for (const [i, path] of found.entries()) writeFileSync(join(inputs, `plain${i}${extname(path)}`), readFileSync(path));
    const [first = ''] = found;
    await sharp(first).jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toFile(join(inputs, 'turned.jpg'));
    await sharp(first).ensureAlpha(0.4).png().toFile(join(inputs, 'alpha.png'));
    await sharp(first).toColorspace('rgb16').png().toFile(join(inputs, 'deep.png'));
    for (const level of [60, 200]) writeFileSync(join(inputs, `clip${level}.mp4`), grayClip(level, { seconds: 3 }));
  }

  it('has in the service the decisions of gradalign predict, and its scores to 1e-3', async () => {
    expect(predictions).toHaveLength(11);
    await using service = await testService(join(folder, 'door.onnx'));
    for (const { path, kind, score, logit, threshold, decision } of predictions) {
      const { status, body } = await service.check(readFileSync(join(folder, path)), type(path));
      expect([path, status, body]).toMatchObject([path, 200, { kind: kind === 'video' ? 'clip' : 'picture', decision }]);
      expect(body['score']).toBeCloseTo(logit as number, 3);
      expect(body['probability']).toBeCloseTo(score as number, 3);
      expect(body['threshold']).toBeCloseTo(threshold as number, 6);
    }
  });

  it('gives the same numbers by onnxruntime-node and by onnxruntime-web, to 1e-5', async () => {
    const model = readFileSync(join(folder, 'door.onnx'));
    const golden = readFileSync(join(folder, 'door.golden.json'), 'utf8');
    const limits = { sharpness: 0, brightness: 0 };
    await using there = await loadLiveness(model, { limits });
    await using here = await loadLiveness(model, { limits, golden, runtime: native });
    expect(await here.selfTest()).toMatchObject({ passed: true });
    for (const { path, kind } of predictions) {
      if (kind === 'video') continue;
      const picture = await readPicture(join(folder, path));
      const [expected, found] = [await there.check(picture), await here.check(picture)];
      expect(Math.abs((found.logit as number) - (expected.logit as number))).toBeLessThan(1e-5);
      expect(Math.abs((found.probability as number) - (expected.probability as number))).toBeLessThan(1e-5);
    }
    await using service = await testService(join(folder, 'door.onnx'), { GRADALIGN__RUNTIME: 'onnxruntime-node' });
    const [first] = predictions as readonly [Prediction];
    expect((await service.check(readFileSync(join(folder, first.path)), type(first.path))).body['score']).toBeCloseTo(first.logit as number, 3);
  });
});

it('photographs with no face, one and several', async () => {
  // Photographs in the detector's own package.
  const samples = join(dirname(createRequire(import.meta.resolve('@gradalign/face-detector')).resolve('@vladmandic/face-api/package.json')), 'demo');
  await using service = await testService(await writeModel(folder, withFaces as never, 'faces'));
  const several = await sharp(join(samples, 'sample1.jpg')).resize(640).jpeg().toBuffer();
  const answer = await service.check(several, 'image/jpeg');
  expect(problem(answer)).toEqual([422, 'there are 3 faces, expected one']);
  expect(answer.body).toMatchObject({ decision: 'refused', face: null, measures: [{ name: 'faces', value: 3, least: 1, most: 1 }] });
  const detector = createFaceDetector({ model: 'tiny' });
  const { data, info } = await sharp(several).raw().toBuffer({ resolveWithObject: true });
  const [largest] = await detector.detect({ data, width: info.width, height: info.height });
  await detector.close();
  if (!largest) throw new Error('there is no face');
  const { x, y, width, height } = largest.box;
  const around = {
    left: Math.max(0, Math.round(x - width / 2)),
    top: Math.max(0, Math.round(y - height / 2)),
    width: Math.round(2 * width),
    height: Math.round(2 * height),
  };
  const one = sharp(several).extract({
    ...around,
    width: Math.min(around.width, info.width - around.left),
    height: Math.min(around.height, info.height - around.top),
  });
  const { status, body } = await service.check(await one.png().toBuffer(), 'image/png');
  expect([status, body]).toMatchObject([
    200,
    { kind: 'picture', face: { box: { width: expect.any(Number) } }, measures: [{ name: 'faces', value: 1 }, { name: 'size' }, {}, {}, {}] },
  ]);
  const wall = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#808080' } })
    .png()
    .toBuffer();
  expect(problem(await service.check(wall, 'image/png'))).toEqual([422, 'it has no face that can be cropped (the detector finds none)']);
});
