import type { Face, FaceAnnotation } from '@gradalign/pixels';
import { boxFromEyes, type FaceMode, findFace } from '@gradalign/pixels';
import { describe, expect, test } from 'vitest';
import { cropConvention } from './crop-convention.ts';

const frame = { data: new Uint8Array(200 * 100 * 3), width: 200, height: 100 };
const tight = cropConvention('safas');
const aligned = cropConvention('ssdg');
const eyes = { rightEye: { x: 60, y: 40 }, leftEye: { x: 80, y: 40 } };
const told = (face: Face, size?: FaceAnnotation['size']): FaceAnnotation => ({ frames: new Map([[7, face]]), problems: [], ...(size && { size }) });
const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
const detector = (faces: readonly Face[] = []) => ({ detect: async () => faces });

function find(
  annotation: FaceAnnotation | undefined,
  { mode = 'annotation' as FaceMode, convention = tight, faces = undefined as readonly Face[] | undefined } = {},
) {
  return findFace(frame, 7, annotation, { mode, convention, ...(faces && { detector: detector(faces) }) });
}

describe('annotated boxes', () => {
  test('are taken as they are within the frame', async () => {
    expect(await find(told({ box: box(10, 20, 30, 40) }))).toEqual({ face: { box: box(10, 20, 30, 40) }, from: 'annotation' });
  });

  test('are cut to the frame where they reach out of it, to the left, the right or below', async () => {
    expect(await find(told({ box: box(-10, -5, 30, 40) }))).toMatchObject({ face: { box: box(0, 0, 20, 35) } });
    expect(await find(told({ box: box(180, 90, 30, 40) }))).toMatchObject({ face: { box: box(180, 90, 20, 10) } });
  });

  test('outside the frame, or without an area, do not count, and say why', async () => {
    expect(await find(told({ box: box(-50, 10, 40, 40) }))).toEqual({ reason: 'its box (-50, 10, 40 x 40) lies outside the frame of 200 x 100' });
    expect(await find(told({ box: box(500, 10, 40, 40) }))).toMatchObject({ reason: expect.stringContaining('outside') });
    expect(await find(told({ box: box(10, 10, 0, 0) }))).toEqual({ reason: 'its box (10, 10, 0 x 0) has no area' });
    expect(await find(told({ box: box(Number.NaN, 10, 5, 5) }))).toMatchObject({ reason: expect.stringContaining('no area') });
    expect(await find(told({ box: box(10, 10, -5, 5) }))).toMatchObject({ reason: expect.stringContaining('no area') });
  });

  test('in the frame size of 224 x 224 are scaled, x and y each by its own factor', async () => {
    expect(await find(told({ box: box(22.4, 22.4, 112, 112) }, { width: 224, height: 224 }))).toMatchObject({ face: { box: box(20, 10, 100, 50) } });
  });

  test('come from the eyes where only they are told: twice as wide as their distance, 0.7 up and 1.7 down', async () => {
    expect(boxFromEyes(eyes)).toEqual(box(50, 26, 40, 48));
    expect(await find(told({ landmarks: eyes }))).toMatchObject({ face: { box: box(50, 26, 40, 48) }, from: 'annotation' });
  });
});

describe('aligned crops', () => {
  test('need eyes: a box alone does not do', async () => {
    expect(await find(told({ box: box(10, 20, 30, 40) }), { convention: aligned })).toEqual({ reason: 'the crop is aligned and the annotation has no eyes' });
  });

  test('refuse eyes at one point, and eyes outside the frame', async () => {
    const point = { x: 5, y: 5 };
    expect(await find(told({ landmarks: { rightEye: point, leftEye: point } }), { convention: aligned })).toMatchObject({
      reason: expect.stringContaining('at the same point'),
    });
    const far = { rightEye: { x: 500, y: 5 }, leftEye: { x: 520, y: 5 } };
    expect(await find(told({ landmarks: far }), { convention: aligned })).toMatchObject({ reason: expect.stringContaining('outside') });
  });

  test('take from the detector the face that the annotated box means, not the largest', async () => {
    const large = { box: box(100, 0, 90, 90), landmarks: { rightEye: { x: 120, y: 30 }, leftEye: { x: 160, y: 30 } }, score: 0.9 };
    const meant = { box: box(48, 28, 40, 40), landmarks: eyes, score: 0.8 };
    const found = await find(told({ box: box(50, 30, 40, 40) }), { mode: 'auto', convention: aligned, faces: [large, meant] });
    expect(found).toMatchObject({ from: 'detector', face: { score: 0.8 } });
  });
});

describe('where faces come from', () => {
  const found = { box: box(1, 2, 30, 40), landmarks: eyes, score: 0.7 };

  test('auto asks the detector only where the annotation has nothing usable', async () => {
    expect(await find(told({ box: box(10, 20, 30, 40) }), { mode: 'auto', faces: [found] })).toMatchObject({ from: 'annotation' });
    expect(await find(told({ box: box(900, 20, 30, 40) }), { mode: 'auto', faces: [found] })).toMatchObject({ from: 'detector' });
    expect(await find(undefined, { mode: 'auto', faces: [found] })).toMatchObject({ from: 'detector', face: { score: 0.7 } });
  });

  test('annotation never asks it; detector never looks at the annotation; none takes the whole frame', async () => {
    expect(await find(undefined, { mode: 'annotation', faces: [found] })).toEqual({ reason: 'the data set has no face for this frame' });
    expect(await find(told({ box: box(10, 20, 30, 40) }), { mode: 'detector', faces: [found] })).toMatchObject({ from: 'detector' });
    expect(await find(undefined, { mode: 'none' })).toEqual({ face: { box: box(0, 0, 200, 100) }, from: 'frame' });
  });

  test('no face anywhere says both', async () => {
    expect(await find(told({ box: box(10, 10, 0, 0) }), { mode: 'auto', faces: [] })).toEqual({
      reason: 'its box (10, 10, 0 x 0) has no area, and the detector finds none',
    });
  });
});
