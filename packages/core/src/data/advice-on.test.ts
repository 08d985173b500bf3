import { expect, it } from 'vitest';
import type { Sample } from '../contracts/dataset.ts';
import { adviceOn, isCameraOrDate } from './advice-on.ts';

const classes = ['attack', 'live'];
const frames = (label: number, video: string | undefined, count: number, subject?: string): Sample[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${video}/${label}/${i}`,
    image: { path: `${i}` },
    label,
    split: 'train',
    ...(video === undefined ? {} : { video }),
    ...(subject === undefined ? {} : { subject }),
  }));

it.each([
  'IMG',
  'PXL',
  'WIN',
  'VID',
  'DSC',
  'DSCN',
  'MVI',
  'GOPR',
  'P1010042',
  '20240305',
  '2024-03-05',
  '20240305101112',
  '1709633412345',
  'IMG-20240305-WA0001',
  'WhatsApp Video 2024-03-05 at 10.11.12',
  'Screenshot',
])('%s is a camera or a date', (word) => expect(isCameraOrDate(word)).toBe(true));

it.each(['anna', '17', '001', 's3', 'client004', '20241399', 'imogen', 'vidal', 'cameron', 'recep', 'lviv', '2024'])('%s may be a person', (word) =>
  expect(isCameraOrDate(word)).toBe(false),
);

it('a usual data set gets no advice, nor do more than two classes', () => {
  const usual = ['a', 'b', 'c'].flatMap((name) => [...frames(1, `live ${name}`, 10, name), ...frames(0, `attack ${name}`, 14, name)]);
  expect(adviceOn({ classes, samples: usual })).toEqual([]);
  expect(adviceOn({ classes: ['0', '1', '2'], samples: frames(0, undefined, 9) })).toEqual([]);
});

it('one class, a folder that holds all frames, a video that dwarfs the others, cameras as subjects: each with the remedy', () => {
  expect(adviceOn({ classes, samples: frames(1, undefined, 3) })).toEqual([expect.stringMatching(/^all of it is live \(3 samples\): .* add the other class/)]);
  const dumped = [...frames(1, 'train/live/all', 200), ...['a', 'b', 'c'].flatMap((name) => frames(0, name, 10))];
  expect(adviceOn({ classes, samples: dumped })).toEqual([
    expect.stringMatching(/^all live images are one video, 'train\/live\/all' with 200 images \(the median of the others is 10\): .*one folder each/),
  ]);
  expect(adviceOn({ classes, samples: [...dumped, ...frames(1, 'x', 10)] })).toEqual([
    expect.stringMatching(/^one video dwarfs the others, 'train\/live\/all'/),
  ]);
  const cameras = [...frames(1, 'a', 2, 'IMG'), ...frames(0, 'b', 2, '20240305'), ...frames(0, 'c', 2, 'anna')];
  expect(adviceOn({ classes, samples: cameras })).toEqual([expect.stringMatching(/^2 subjects, IMG, 20240305 look like a camera's prefix or a date/)]);
});
