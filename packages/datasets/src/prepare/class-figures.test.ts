import { expect, test } from 'vitest';
import { betrayals, ClassCollector } from './class-figures.ts';
import type { ClipRecord } from './journal.ts';
import { manifestText } from './manifest.ts';

const [header = ''] = [...manifestText([])];
const columns = header.trim().split(',');
const row = (cells: Readonly<Record<string, string>>) => columns.map((name) => cells[name] ?? '');

function clip(label: string, frames: number, faces: number, side: number, from = 'detector'): ClipRecord {
  const cells = { face_box: `0 0 ${side} ${side}`, source_width: '640', source_height: '400', face_from: from };
  return {
    id: `${label} ${side}`,
    source: '',
    status: faces > 0 ? 'prepared' : 'no face',
    folder: `train/${label}/x`,
    frames,
    framesWithoutFace: frames - faces,
    rows: Array.from({ length: faces }, () => row(cells)),
  };
}

function figures(...clips: ClipRecord[]) {
  const collector = new ClassCollector();
  for (const one of clips) collector.add(one);
  return collector.figures();
}

test('by class: the share of frames with a face, the median size in pixels and of the shorter side; a clip without a face counts', () => {
  expect(figures(clip('live', 10, 10, 200), clip('attack', 10, 6, 100), clip('attack', 10, 0, 0))).toEqual({
    live: { clips: 1, frames: 10, detected: 1, faceSide: 200, faceShare: 0.5 },
    attack: { clips: 2, frames: 20, detected: 0.3, faceSide: 100, faceShare: 0.25 },
  });
});

test('whole frames have no face size, and nothing was detected', () => {
  expect(figures(clip('live', 4, 4, 400, 'frame'))).toEqual({ live: { clips: 1, frames: 4 } });
});

test('differences that betray the class are said: a rate that differs by 5 points, a size by a quarter; smaller ones are not', () => {
  expect(betrayals(figures(clip('live', 100, 99, 100), clip('attack', 100, 95, 110)))).toEqual([]);
  expect(betrayals(figures(clip('live', 100, 100, 200), clip('attack', 100, 71, 100)))).toEqual([
    expect.stringMatching(/^faces are found in 100 % of the live and 71 % of the attack frames: /),
    expect.stringMatching(/^the median face is 0.5 of the frame's shorter side in live and 0.25 in attack clips: /),
  ]);
});
