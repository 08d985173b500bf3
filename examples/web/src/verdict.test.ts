import { expect, it } from 'vitest';
import { decimal, fileSize, percent } from './numbers.ts';
import { verdictOf } from './verdict.ts';

it('a score of 1.5 is bona fide at a threshold of 1.5, an attack at 1.6', () => {
  expect(verdictOf({ score: 1.5, reason: null }, 1.5)).toEqual({ kind: 'bona-fide', title: 'Bona fide', explanation: '' });
  expect(verdictOf({ score: 1.5, reason: null }, 1.6)).toMatchObject({ kind: 'attack', title: 'Presentation attack' });
});

it('says why there is no score, and why the newest frame is left out', () => {
  expect(verdictOf({ score: null, reason: 'there is no face' }, 0)).toEqual({ kind: 'refused', title: 'Not judged', explanation: 'There is no face.' });
  expect(verdictOf({ score: 2, reason: 'there are 2 faces, expected one' }, 0).explanation).toBe(
    'The newest frame is left out: there are 2 faces, expected one.',
  );
  expect(verdictOf({ score: 2, reason: null }, null)).toMatchObject({ kind: 'undecided', title: 'No decision' });
});

it('numbers are short, and minus zero is zero', () => {
  expect([decimal(-1.239), decimal(-0.001), decimal(2, 1)]).toEqual(['−1.24', '0.00', '2.0']);
  expect([percent(0.0249), percent(0.9999), percent(0), percent(-1e-16)]).toEqual(['2.5 %', '100 %', '0 %', '0 %']);
  expect([fileSize(14_239_897), fileSize(309_001)]).toEqual(['14.2 MB', '310 kB']);
});
