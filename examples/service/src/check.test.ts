import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gray, grayClip, half, noise, pngOf } from '../test/media.ts';
import { problem, type TestService, testService } from '../test/test-service.ts';
import { writeModel } from '../test/write-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign service é-'));
let service: TestService;
beforeAll(async () => {
  service = await testService(await writeModel(folder), {
    GRADALIGN__LIMITS__PICTURE_BYTES: '20000',
    GRADALIGN__LIMITS__CLIP_BYTES: '60000',
    GRADALIGN__LIMITS__PIXELS: '1000000',
    GRADALIGN__REFUSE__SIZE: '2',
  });
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

describe('a picture', () => {
  it('is judged: of the gray level 200 the logit is 72', async () => {
    const { status, body } = await service.check(await gray(200).png().toBuffer(), 'image/png');
    expect(status).toBe(200);
    expect(body).toMatchObject({ kind: 'picture', decision: 'live', score: 72, threshold: 0, reason: null, face: null });
    expect(body['probability']).toBeCloseTo(1, 6);
    expect(body['model']).toMatchObject({ sha256: expect.stringMatching(/^[\da-f]{64}$/), classes: ['attack', 'live'], fingerprint: null });
    expect((await service.check(await gray(100).jpeg().toBuffer(), 'image/jpeg')).body).toMatchObject({ decision: 'attack', score: -28 });
    expect((await service.check(await gray(200).webp({ lossless: true }).toBuffer(), 'application/octet-stream')).body).toMatchObject({ score: 72 });
  });

  it('may come in a form, with its own type or none', async () => {
    const bytes = (await gray(200).png().toBuffer()) as Uint8Array<ArrayBuffer>;
    const form = new FormData();
    form.set('file', new Blob([bytes], { type: 'image/png' }), 'face.png');
    form.set('note', 'text beside it');
    expect((await service.check(form)).body).toMatchObject({ decision: 'live', score: 72 });
    form.set('second', new Blob([bytes]), 'b.png');
    expect(problem(await service.check(form))).toEqual([400, 'the form has 2 files, expected one']);
    expect(problem(await service.check(new FormData()))).toEqual([400, 'the form has 0 files, expected one']);
    expect(problem(await service.check(Buffer.from('--x\r\nnonsense'), 'multipart/form-data; boundary=y'))).toEqual([
      400,
      expect.stringContaining('no whole multipart form'),
    ]);
  });

  it('is turned, flattened and reduced to 8 bits as in training', async () => {
    // Black with a bright upper half once it is turned: the whole picture counts, so that the mean stays.
    const bright = gray(200, 40, 20).extend({ bottom: 20, background: 'black' });
    const score = async (bytes: Promise<Buffer>, type: string) => (await service.check(await bytes, type)).body['score'];
    expect(
      await score(bright.clone().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).withMetadata({ orientation: 6 }).toBuffer(), 'image/jpeg'),
    ).toBeCloseTo(-28, 0);
    expect(await score(gray(200).ensureAlpha(0.3).png().toBuffer(), 'image/png')).toBeCloseTo(72, 3);
    expect(await score(gray(200).toColorspace('rgb16').png().toBuffer(), 'image/png')).toBeCloseTo(72, 3);
    expect(await score(gray(200).toColorspace('b-w').png().toBuffer(), 'image/png')).toBeCloseTo(72, 3);
  });

  it('that is 1 x 1 is read, and too small', async () => {
    const answer = await service.check(await gray(200, 1).png().toBuffer(), 'image/png');
    expect(problem(answer)).toEqual([422, 'the face is too small: 1 pixels on its shorter side, expected at least 2']);
    expect(answer.body).toMatchObject({ decision: 'refused', reason: answer.body['detail'], measures: [{ name: 'size', value: 1, least: 2 }] });
  });

  it('that is damaged, empty, a bomb or something else is refused with a reason, and the next one is judged', async () => {
    const png = await gray(200).png().toBuffer();
    const refused = async (bytes: Uint8Array, type: string) => problem(await service.check(bytes, type));
    expect(await refused(png.subarray(0, 60), 'image/png')).toEqual([400, 'the picture cannot be read: its header is damaged']);
    expect(await refused(half(await noise()), 'image/png')).toEqual([400, expect.stringContaining('the file is damaged')]);
    expect(await refused(png.subarray(0, 20), 'image/png')).toEqual([400, expect.stringContaining('the picture cannot be read')]);
    expect(await refused(new Uint8Array(), 'image/png')).toEqual([400, 'the body is empty, expected a picture or a clip']);
    expect(await refused(await pngOf(20_000, 20_000), 'image/png')).toEqual([413, 'the picture has 20000 x 20000 pixels, expected at most 1 million']);
    expect(await refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml')).toEqual([
      415,
      expect.stringContaining('no picture that is read'),
    ]);
    expect(await refused(Buffer.from('%PDF-1.7'), 'application/pdf')).toEqual([415, expect.stringContaining("the Content-Type is 'application/pdf'")]);
    expect(await refused(Buffer.from('hello'), 'application/octet-stream')).toEqual([415, expect.stringContaining('no picture that is read')]);
    expect(await refused(new Uint8Array(20_001), 'image/png')).toEqual([413, 'the body has more bytes than the limit for its type']);
    expect((await service.check(png, 'image/png')).status).toBe(200);
  });
});

describe('a clip', () => {
  it('is judged by the mean of its frames, against the threshold of videos', async () => {
    const { status, body } = await service.check(grayClip(168), 'video/mp4');
    expect(status).toBe(200);
    // The threshold of single pictures is 0, that of videos 20.
    expect(body).toMatchObject({ kind: 'clip', decision: 'live', score: expect.closeTo(40, 0), threshold: 20, frames: { read: 2, judged: 2 } });
    // Of video's 220 levels none is 138.
    expect((await service.check(grayClip(138), 'video/mp4')).body).toMatchObject({ decision: 'attack', score: expect.closeTo(11, 0) });
  });
});

describe('requests', () => {
  it('two at once have the answers of one after the other', async () => {
    const pictures = await Promise.all([90, 140, 200, 250].map((level) => gray(level).png().toBuffer()));
    const alone: unknown[] = [];
    for (const one of pictures) alone.push((await service.check(one, 'image/png')).body);
    expect(await Promise.all(pictures.map(async (one) => (await service.check(one, 'image/png')).body))).toEqual(alone);
  });

  it('for something else are answered as problems', async () => {
    const ask = async (path: string, method: string) => {
      const response = await fetch(`${service.url}${path}`, { method });
      return [response.status, response.headers.get('allow'), ((await response.json()) as { detail: string }).detail];
    };
    expect(await ask('/chekc', 'GET')).toEqual([404, null, expect.stringContaining('expected one of /check')]);
    expect(await ask('/%ff', 'GET')).toEqual([400, null, 'this is no path that can be read']);
    expect(await ask('/check', 'GET')).toEqual([405, 'POST', 'GET is not offered here, expected POST']);
    expect(await ask('/metrics', 'DELETE')).toEqual([405, 'GET', 'DELETE is not offered here, expected GET']);
  });

  it('for health, metrics and the description are answered', async () => {
    const get = async (path: string) => (await fetch(`${service.url}${path}`)).text();
    expect(JSON.parse(await get('/health'))).toMatchObject({ status: 'ready', selfTest: { passed: true }, processes: 1, working: 0, waiting: 0 });
    expect(JSON.parse(await get('/health/live'))).toEqual({ status: 'live' });
    expect(await get('/metrics')).toMatch(/gradalign_checks_total\{kind="picture",status="200",outcome="live"\} [1-9]/);
    expect(JSON.parse(await get('/openapi.json'))).toMatchObject({ openapi: '3.1.0', paths: { '/check': { post: { requestBody: { required: true } } } } });
  });
});
