import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import type { Picture } from './detected-face.ts';
import { startDetectorProcess } from './detector-process.ts';
import { createFaceDetector } from './face-detector.ts';
import { fivePoints } from './five-points.ts';

/** Ids of this process's detector processes. */
function detectorProcesses(): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.filter(([, parent, ...args]) => Number(parent) === process.pid && args.join(' ').includes('detector-child')).map(([pid]) => Number(pid));
}

// Photographs in the detector's own package.
const samples = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');

async function photograph(name: string, width: number): Promise<Picture> {
  const { data, info } = await sharp(join(samples, name)).resize(width).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const one = createFaceDetector({ processes: 1 });
afterAll(() => one.close());

describe('faces of a photograph', () => {
  test('of three people at the table: three boxes, the largest first, eyes above noses above mouths', async () => {
    const picture = await photograph('sample1.jpg', 960);
    const faces = await one.detect(picture);
    expect(faces).toHaveLength(3);
    const areas = faces.map(({ box }) => box.width * box.height);
    expect(areas).toEqual([...areas].sort((a, b) => b - a));
    for (const { box, score, landmarks } of faces) {
      expect(score).toBeGreaterThan(0.9);
      expect(landmarks.rightEye.x).toBeLessThan(landmarks.leftEye.x);
      expect(landmarks.mouthRight.x).toBeLessThan(landmarks.mouthLeft.x);
      expect(landmarks.rightEye.y).toBeLessThan(landmarks.nose.y);
      expect(landmarks.nose.y).toBeLessThan(landmarks.mouthRight.y);
      for (const point of Object.values(landmarks)) {
        expect(point.x).toBeGreaterThan(box.x);
        expect(point.x).toBeLessThan(box.x + box.width);
      }
    }
  });

  test('two processes give the same numbers as one, in whatever order they finish', async () => {
    const pictures = await Promise.all(['sample1.jpg', 'sample2.jpg', 'sample3.jpg'].map((name) => photograph(name, 640)));
    const two = createFaceDetector({ processes: 2 });
    const together = await Promise.all(pictures.map((picture) => two.detect(picture)));
    await two.close();
    for (const [i, picture] of pictures.entries()) expect(await one.detect(picture)).toEqual(together[i]);
  });

  test('there is none on a gray wall, nor in a picture of one pixel', async () => {
    expect(await one.detect({ data: new Uint8Array(320 * 240 * 3).fill(128), width: 320, height: 240 })).toEqual([]);
    expect(await one.detect({ data: new Uint8Array(3), width: 1, height: 1 })).toEqual([]);
    // With what cannot be sent to another process, as pictures of @gradalign/liveness have it.
    const readAgain = { data: new Uint8Array(3), width: 1, height: 1, reread: async () => {} };
    expect(await one.detect(readAgain)).toEqual([]);
  });

  test('the tiny network finds them too', async () => {
    const tiny = createFaceDetector({ model: 'tiny' });
    const faces = await tiny.detect(await photograph('sample1.jpg', 960));
    await tiny.close();
    expect(faces).toHaveLength(3);
  });
});

describe('processes', () => {
  test('one that is killed says so; the detector replaces it and answers', async () => {
    const child = await startDetectorProcess('tiny', 0.5);
    const waiting = child.detect({ data: new Uint8Array(2000 * 2000 * 3), width: 2000, height: 2000 });
    process.kill(child.pid, 'SIGKILL');
    await expect(waiting).rejects.toThrow('the process ended by SIGKILL');
    expect(child.ended).toBe(true);
    await child.close();
  });

  test.skipIf(spawnSync('ps').error)('a detector whose process is killed while it works on a picture still answers', async () => {
    const detector = createFaceDetector({ model: 'tiny' });
    const wall = { data: new Uint8Array(1500 * 1500 * 3).fill(90), width: 1500, height: 1500 };
    const before = detectorProcesses();
    await detector.detect(wall);
    const [own] = detectorProcesses().filter((pid) => !before.includes(pid));
    const answer = detector.detect(wall);
    process.kill(own as number, 'SIGKILL');
    expect(await answer).toEqual([]);
    expect(detectorProcesses()).not.toContain(own);
    await detector.close();
  });

  test('a closed detector rejects pictures, and so does an open one with too few bytes', async () => {
    const closed = createFaceDetector();
    await closed.close();
    await expect(closed.detect({ data: new Uint8Array(3), width: 1, height: 1 })).rejects.toThrow('the detector is closed');
    await expect(one.detect({ data: new Uint8Array(5), width: 2, height: 1 })).rejects.toThrow('5 bytes for 2 x 1');
  });
});

test('an eye is the mean of its six points: 36 to 41 at x = 36 ... 41 give 38.5', () => {
  const five = fivePoints(Array.from({ length: 68 }, (_, i) => ({ x: i, y: 2 * i })));
  expect(five.rightEye).toEqual({ x: 38.5, y: 77 });
  expect(five.leftEye).toEqual({ x: 44.5, y: 89 });
  expect([five.nose.x, five.mouthRight.x, five.mouthLeft.x]).toEqual([30, 48, 54]);
  expect(() => fivePoints([])).toThrow('0 landmarks, expected 68');
});
