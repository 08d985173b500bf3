import { expect, it } from 'vitest';
import { readOptions } from './options.ts';

it('reads numbers of cases by series, and refuses what is no series, no option or no number', () => {
  expect(readOptions(['--series', 'kill,fuzz', '--kill', '3', '--from', '57'])).toMatchObject({ series: ['kill', 'fuzz'], from: 57, seed: 1, minutes: 60 });
  expect(readOptions(['--kill', '3'])).toMatchObject({ cases: { kill: 3, fuzz: 130_000, damage: 300, fault: 60, install: 12 } });
  expect(readOptions(['--reader', 'HDF5', '--merge', 'a.json,b.json'])).toMatchObject({ reader: 'HDF5', merge: ['a.json', 'b.json'] });
  expect(readOptions(['--help'])).toBe('help');
  expect(() => readOptions(['--series', 'kil'])).toThrow("Cannot run the series 'kil': there is none, expected some of fuzz, damage, fault, kill, install");
  expect(() => readOptions(['--kill', 'many'])).toThrow("Cannot read --kill: found 'many', expected a number from 0");
  expect(() => readOptions(['--kills', '3'])).toThrow("Unknown option '--kills'");
});
