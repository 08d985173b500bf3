import { expect, it } from 'vitest';
import { type Golden, goldenName, type ModelMetadata, parseGolden, parseMetadata } from './index.ts';

const metadata: ModelMetadata = {
  format: 1,
  image: { size: 64, channels: 3, interpolation: 'bilinear' },
  preparation: null,
  classes: ['attack', 'live'],
  scale: 'logit',
  logitScale: 12,
  calibration: null,
  decision: null,
  thresholds: { image: { value: 0.1, from: 'held-out' }, video: { value: 0.2, from: 'held-out' } },
  aggregate: 'mean',
  curve: null,
  training: { domains: { a: 10 }, model: 'tiny-cnn', method: 'erm', seed: 0 },
  run: { fingerprint: null, checkpoint: 'epoch-0001', weights: 'raw' },
  versions: {},
  license: null,
  check: { done: false },
};

it('reads what was written', () => {
  expect(parseMetadata(JSON.stringify(metadata))).toEqual(metadata);
});

it.each([
  [undefined, 'there is none'],
  ['{', 'it is not JSON'],
  ['[]', 'it is not an object'],
  [JSON.stringify({ ...metadata, format: 2 }), 'it has format 2, expected at most 1'],
  [JSON.stringify({ ...metadata, format: 0 }), "'format' is missing or damaged"],
  [JSON.stringify({ ...metadata, classes: ['live'] }), "'classes' is missing or damaged"],
  [JSON.stringify({ ...metadata, scale: undefined }), "'scale' is missing or damaged"],
  [JSON.stringify({ ...metadata, image: { size: 0, channels: 3 } }), "'image' is missing or damaged"],
  [JSON.stringify({ ...metadata, aggregated: 'mean' }), "'aggregated' is missing or damaged"],
  [JSON.stringify({ ...metadata, videoCalibration: { method: 'temperature', temperature: 0 } }), "'videoCalibration' is missing or damaged"],
  [JSON.stringify({ ...metadata, videoCalibration: { method: 'isotonic', points: [[0]] } }), "'videoCalibration' is missing or damaged"],
  [JSON.stringify({ ...metadata, thresholds: { image: { value: 'x' } } }), "'thresholds' is missing or damaged"],
])('refuses %s', (json, why) => {
  expect(() => parseMetadata(json)).toThrow(why);
});

const golden: Golden = {
  format: 1,
  model: 'ab',
  picture: { png: '', width: 8, height: 8 },
  crop: { x: 0, y: 0, width: 8, height: 8 },
  input: [[0, 0, 1, 2, 3]],
  output: { logit: [0.5], probability: [0.6] },
  tolerance: 1e-3,
};

it('a golden belongs to one model', () => {
  expect(goldenName('door.onnx')).toBe('door.golden.json');
  expect(parseGolden(JSON.stringify(golden), 'ab')).toEqual(golden);
  expect(() => parseGolden(JSON.stringify(golden), 'cd')).toThrow('it belongs to another model');
  expect(() => parseGolden(JSON.stringify({ ...golden, input: ['x'] }), 'ab')).toThrow('it is damaged');
  expect(() => parseGolden(JSON.stringify({ ...golden, format: 9 }))).toThrow('it has format 9, expected at most 1');
});
