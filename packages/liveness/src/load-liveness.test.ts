import type { Face } from '@gradalign/pixels';
import { describe, expect, it } from 'vitest';
import { smallMetadata, smallModel } from '../test/small-model.ts';
import { type LivenessOptions, loadLiveness } from './load-liveness.ts';
import type { RawPicture } from './picture.ts';

/** One gray level, 40 x 40. */
function gray(level: number, channels: 3 | 4 = 3): RawPicture {
  return { data: new Uint8Array(40 * 40 * channels).fill(level), width: 40, height: 40 };
}

/** A chessboard of fields of 4 pixels. */
function chess(dark: number, bright: number): RawPicture {
  const { data, ...size } = gray(0);
  return { ...size, data: data.map((_, i) => ((Math.floor(i / 3 / 160) + Math.floor(((i / 3) % 40) / 4)) % 2 === 0 ? dark : bright)) };
}

const flat = { sharpness: 0 };
const crop = { name: 'safas', size: 16, margin: 0, square: false, align: 'none' };
const withFaces = { ...smallMetadata, preparation: { crop, faces: 'auto' } };
const box = (x: number, y: number, width: number, height: number): Face => ({ box: { x, y, width, height } });
const finding = (...faces: readonly Face[]): LivenessOptions => ({ detector: { detect: async () => faces } });

describe('loadLiveness', () => {
  it('refuses what is no model of gradalign, whole', async () => {
    const model = smallModel();
    await expect(loadLiveness(new Uint8Array())).rejects.toThrow('Cannot read the ONNX file: it is empty');
    await expect(loadLiveness(new TextEncoder().encode('<html>not found</html>'))).rejects.toThrow('Cannot read the ONNX file');
    for (let length = 1; length < model.length; length += 7) await expect(loadLiveness(model.slice(0, length))).rejects.toThrow(/^Cannot /);
    const damaged = smallModel();
    damaged.set(new TextEncoder().encode('Sxb'), new TextDecoder('latin1').decode(damaged).indexOf('Sub'));
    await expect(loadLiveness(damaged)).rejects.toThrow('Cannot load the model: the runtime refuses it');
  });

  it('refuses metadata of a newer format, of another model, and damaged ones', async () => {
    const refused = (change: object, size?: number) => expect(loadLiveness(smallModel({ ...smallMetadata, ...change }, size))).rejects;
    await refused({ format: 2 }).toThrow('it has format 2, expected at most 1');
    await refused({}, 16).toThrow('its metadata belong to another model (8 x 8 x 3 is refused');
    await refused({ classes: ['live', 'print', 'replay'] }).toThrow('its metadata belong to another model (it gives 1 values for 3 classes)');
    await refused({ image: { size: 8, channels: 3, interpolation: 'lanczos' } }).toThrow(
      "resized by 'lanczos', expected bilinear, bilinear-antialias, bicubic",
    );
    await refused({ preparation: { crop: { ...crop, size: 1e9 }, faces: 'auto' } }).toThrow("'preparation.crop' is damaged");
    await refused({ preparation: { crop, faces: 'auto' } }).toThrow('there is no detector, expected a detector, or cropped: true');
  });
});

describe('check', () => {
  it('gives the mean of the pixels minus 128 as the logit of this model, and its class', async () => {
    await using liveness = await loadLiveness(smallModel(), { limits: flat });
    expect(await liveness.check(gray(130))).toMatchObject({ logit: 2, probability: expect.closeTo(1 / (1 + Math.exp(-2)), 6), decision: 'live', threshold: 0 });
    expect(await liveness.check(gray(120))).toMatchObject({ logit: -8, decision: 'attack', reason: null, face: null });
    // Alpha is dropped: 130 in all four channels is the gray of 130.
    expect(await liveness.check(gray(130, 4))).toMatchObject({ logit: 2 });
  });

  it('refuses pictures without exactly one whole, large, bright, sharp face, with the measure', async () => {
    const check = async (picture: RawPicture, options: LivenessOptions) => {
      await using liveness = await loadLiveness(smallModel(withFaces), options);
      const { decision, probability, reason, measures } = await liveness.check(picture);
      expect([decision, probability]).toEqual(['refused', null]);
      return [reason, measures.at(-1)];
    };
    const sharp = chess(100, 200);
    expect(await check(sharp, finding())).toEqual([
      'it has no face that can be cropped (the detector finds none)',
      { name: 'faces', value: 0, least: 1, most: 1 },
    ]);
    expect(await check(sharp, finding(box(0, 0, 9, 9), box(20, 20, 9, 9)))).toEqual(['there are 2 faces, expected one', expect.objectContaining({ value: 2 })]);
    // Three quarters of the network's 8 pixels.
    expect(await check(sharp, finding(box(4, 4, 9, 1)))).toEqual([
      'the face is too small: 1 pixels on its shorter side, expected at least 6',
      { name: 'size', value: 1, least: 6 },
    ]);
    // 5 of 20 columns.
    expect(await check(sharp, finding(box(-5, 0, 20, 20)))).toEqual([
      'the face is cut off: 25 % of it lies outside the picture, expected at most 10 %',
      { name: 'cutOff', value: 0.25, most: 0.1 },
    ]);
    expect(await check(chess(0, 20), finding(box(0, 0, 40, 40)))).toEqual([expect.stringContaining('too dark: mean brightness 10'), expect.anything()]);
    expect(await check(gray(130), finding(box(0, 0, 40, 40)))).toEqual([
      'the face is blurred: sharpness 0.0, expected at least 30',
      { name: 'sharpness', value: 0, least: 30 },
    ]);
    expect(await check(sharp, finding(box(100, 100, 20, 20)))).toEqual([
      'it has no face that can be cropped (its box (100, 100, 20 x 20) lies outside the frame of 40 x 40)',
      expect.objectContaining({ name: 'faces' }),
    ]);
    expect(await check(sharp, finding(box(Number.NaN, 0, 20, 20)))).toEqual([
      'it has no face that can be cropped (its box (NaN, 0, 20 x 20) has no area)',
      expect.objectContaining({ name: 'faces' }),
    ]);
    expect(await check(sharp, finding({ score: 0.9 }))).toEqual([expect.stringContaining('neither a box nor eyes'), expect.anything()]);
  });

  it('scores the face and nothing around it', async () => {
    const { data, ...size } = gray(0);
    // Bright in the box of 20 x 20 at (10, 10), black around.
    const picture = { ...size, data: data.map((_, i) => (inBox(Math.floor(i / 3)) ? 178 : 0)) };
    await using liveness = await loadLiveness(smallModel(withFaces), { ...finding(box(10, 10, 20, 20)), limits: flat });
    expect(await liveness.check(picture)).toMatchObject({ logit: 50, decision: 'live', face: box(10, 10, 20, 20) });
  });

  it('refuses pixels that are none, with the numbers', async () => {
    await using liveness = await loadLiveness(smallModel(), { limits: flat });
    const refused = (picture: object) => expect(liveness.check(picture as RawPicture)).rejects;
    await refused({ data: new Uint8Array(5), width: 1, height: 1 }).toThrow('it has 5 bytes for 1 x 1 pixels, expected 3 (RGB) or 4 (RGBA)');
    await refused({ data: new Uint16Array(3), width: 1, height: 1 }).toThrow('its values have 16 bits, expected 8');
    await refused({ data: new Uint8Array(0), width: 0, height: 0 }).toThrow('it is 0 x 0 pixels, expected at least one');
    await refused({ data: new Uint8Array(3), width: 20000, height: 20000 }).toThrow('20000 x 20000 pixels, 400 million, expected at most 134 million');
    await refused(new Blob(['x'])).toThrow('only a browser decodes it');
    // The picture after a bad one is fine; one pixel is smaller than three quarters of the input.
    expect(await liveness.check(gray(130))).toMatchObject({ decision: 'live' });
    expect(await liveness.check({ data: new Uint8Array(3), width: 1, height: 1 })).toMatchObject({
      decision: 'refused',
      reason: expect.stringContaining('too small'),
    });
  });

  it('takes many pictures at once, for two models too', async () => {
    await using one = await loadLiveness(smallModel(), { limits: flat });
    await using two = await loadLiveness(smallModel(), { limits: flat });
    const levels = [100, 140, 160, 90];
    const logits = await Promise.all(levels.flatMap((level) => [one, two].map(async (each) => (await each.check(gray(level))).logit)));
    expect(logits).toEqual([-28, -28, 12, 12, 32, 32, -38, -38]);
  });
});

describe('watch', () => {
  async function* stream(...levels: readonly number[]) {
    for (const level of levels) yield gray(level);
  }
  const limits = { ...flat, brightness: 30 };

  it('takes the mean of the frames that are not refused, against the threshold of videos', async () => {
    await using liveness = await loadLiveness(smallModel(), { limits });
    const told: unknown[] = [];
    for await (const { score, judged, seen, decision, reason } of liveness.watch(stream(10, 138, 168, 20, 128)))
      told.push([score, judged, seen, decision, reason !== null]);
    expect(told).toEqual([
      [null, 0, 1, 'refused', true],
      [10, 1, 2, 'attack', false],
      [25, 2, 3, 'live', false],
      [25, 2, 4, 'live', true],
      [expect.closeTo(50 / 3, 6), 3, 5, 'attack', false],
    ]);
    const newest: unknown[] = [];
    for await (const { score } of liveness.watch(stream(138, 168, 128), { window: 2 })) newest.push(score);
    expect(newest).toEqual([10, 25, 20]);
  });

  it('says that a stream has no frames, or stopped; ends when it is aborted', async () => {
    await using liveness = await loadLiveness(smallModel(), { limits });
    await expect(liveness.watch(stream()).next()).rejects.toThrow('it ended without a frame');
    const stopping = async function* () {
      yield gray(130);
      await new Promise(() => {});
    };
    const watched = liveness.watch(stopping(), { patience: 0.05 });
    expect((await watched.next()).value).toMatchObject({ score: 2 });
    await expect(watched.next()).rejects.toThrow('no frame came for 0.05 seconds');
    expect(await liveness.watch(stopping(), { signal: AbortSignal.abort() }).next()).toEqual({ done: true, value: undefined });
  });
});

describe('selfTest', () => {
  it('needs the golden of this very model', async () => {
    await using without = await loadLiveness(smallModel());
    await expect(without.selfTest()).rejects.toThrow('there is no golden picture');
    await using broken = await loadLiveness(smallModel(), { golden: '{' });
    await expect(broken.selfTest()).rejects.toThrow('it is not JSON');
  });
});

function inBox(pixel: number): boolean {
  const [x, y] = [pixel % 40, Math.floor(pixel / 40)];
  return x >= 10 && x < 30 && y >= 10 && y < 30;
}
