import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { smallMetadata, smallModel } from '../test/small-model.ts';
import { loadLiveness } from './load-liveness.ts';
import type { RawPicture } from './picture.ts';
import type { StreamJudgment } from './watch-frames.ts';

const limits = { sharpness: 0, brightness: 30 };

/** Of one gray level, which the small model gives the logit level - 128; below 30 it is too dark. */
function gray(level: number, side = 16): RawPicture {
  return { data: new Uint8Array(side * side * 3).fill(level), width: side, height: side };
}

async function* stream(...pictures: readonly RawPicture[]) {
  yield* pictures;
}

const ofTwo = { ...smallMetadata, framesPerVideo: 2, preparation: null };

it('takes the frames that predict takes of a video that ends here: every 5th, two of those evenly spread', async () => {
  await using liveness = await loadLiveness(smallModel(ofTwo), { limits });
  // Frames 0, 5, 10, 15 and 20 have the logits 0, 10, 20, 30 and 40; the others would be refused.
  const frames = Array.from({ length: 24 }, (_, i) => gray(i % 5 === 0 ? 128 + 2 * i : 0));
  const told: unknown[] = [];
  for await (const { score, judged, seen, decision } of liveness.watch(stream(...frames))) told.push([seen, judged, score, decision]);
  expect(told).toEqual([
    [1, 1, 0, 'attack'],
    [6, 2, 5, 'attack'],
    // Of 0, 5 and 10 the first and the last; of four the second and the last; of five the second and the fourth.
    [11, 2, 10, 'attack'],
    [16, 2, 20, 'live'],
    [21, 2, 20, 'live'],
  ]);
});

it('follows the rule that the data were prepared by, and leaves out frames without a face', async () => {
  const preparation = { crop: { name: 'safas', size: 16, margin: 0, square: false, align: 'none' }, faces: 'none', frames: 'even=3' };
  await using liveness = await loadLiveness(smallModel({ ...ofTwo, framesPerVideo: 0, aggregate: 'max', preparation }), { limits });
  const last = async (...levels: readonly number[]) => {
    let newest: unknown;
    for await (const { score, judged } of liveness.watch(stream(...levels.map((level) => gray(level))))) newest = [score, judged];
    return newest;
  };
  // The middles of three thirds of 9 frames are 1, 4 and 7.
  expect(await last(0, 138, 0, 0, 158, 200, 0, 148, 0)).toEqual([30, 3]);
  expect(await last(0, 138, 0, 0, 0, 200, 0, 148, 0)).toEqual([20, 2]);
});

it('says how frames are chosen where the rule is none', async () => {
  const preparation = { crop: { name: 'safas', size: 16, margin: 0, square: false, align: 'none' }, faces: 'none', frames: 'often' };
  await using liveness = await loadLiveness(smallModel({ ...ofTwo, preparation }), { limits });
  await expect(liveness.watch(stream(gray(130))).next()).rejects.toThrow("Cannot choose frames 'often': there is no such rule");
});

it('goes on where frames change their size, or one has no pixels', async () => {
  await using liveness = await loadLiveness(smallModel(), { limits });
  const told: unknown[] = [];
  for await (const { score, reason } of liveness.watch(stream(gray(138), gray(148, 40), { ...gray(200), width: 0 }, gray(158, 9)))) told.push([score, reason]);
  expect(told).toEqual([
    [10, null],
    [15, null],
    [15, 'Cannot check the picture: it is 0 x 16 pixels, expected at least one pixel'],
    [20, null],
  ]);
});

it('passes on what the source throws', async () => {
  await using liveness = await loadLiveness(smallModel(), { limits });
  const breaking = async function* () {
    yield gray(138);
    throw new Error('the camera is gone');
  };
  for (const drop of [false, true]) {
    const watched = liveness.watch(breaking(), { drop });
    expect((await watched.next()).value).toMatchObject({ score: 10 });
    await expect(watched.next()).rejects.toThrow('the camera is gone');
  }
});

it.each([[false], [true]])('stop() ends it while it waits for a frame, and tells the source (drop: %s)', async (drop) => {
  await using liveness = await loadLiveness(smallModel(), { limits });
  let returned = 0;
  const source: AsyncIterable<RawPicture> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: async () => {
        returned++;
        return { done: true, value: undefined };
      },
    }),
  };
  const watched = liveness.watch(source, { drop });
  const next = watched.next();
  await wait(20);
  watched.stop();
  expect(await next).toEqual({ done: true, value: undefined });
  expect([returned, await watched.next()]).toEqual([1, { done: true, value: undefined }]);
  const late = liveness.watch(source, { drop, patience: 0.02 });
  await expect(late.next()).rejects.toThrow('no frame came for 0.02 seconds');
  await expect(liveness.watch(stream(), { drop }).next()).rejects.toThrow('it ended without a frame');
  await expect(liveness.watch(stream(), { patience: 0 }).next()).rejects.toThrow('the patience is 0 seconds, expected more than 0');
});

it('with drop, judges the newest of the frames that came meanwhile, one at a time, and closes all', async () => {
  const preparation = { crop: { name: 'safas', size: 16, margin: 0, square: false, align: 'none' }, faces: 'auto' };
  let [sent, running, most, closed] = [0, 0, 0, 0];
  // A face is found when five more frames have come, or all 30.
  const detector = {
    async detect() {
      most = Math.max(most, ++running);
      for (const until = Math.min(30, sent + 5); sent < until; ) await wait(1);
      running--;
      return [{ box: { x: 0, y: 0, width: 16, height: 16 } }];
    },
  };
  await using liveness = await loadLiveness(smallModel({ ...smallMetadata, preparation }), { limits, detector });
  const queueing = async function* () {
    for (; sent < 30; await wait(1)) yield { ...gray(130 + sent++), close: () => void closed++ };
  };
  const told: number[] = [];
  let last: StreamJudgment | undefined;
  for await (last of liveness.watch(queueing(), { drop: true })) {
    told.push(last.seen);
    // The frame that is judged is the one of that number.
    expect(last.frame.logit).toBeCloseTo(last.seen + 1, 4);
  }
  expect(last).toMatchObject({ seen: 30, judged: told.length, dropped: 30 - told.length });
  expect(told.length).toBeLessThanOrEqual(8);
  expect([most, closed]).toEqual([1, 30]);
});
