import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bestTrial, readSearchChoice, type SearchChoice, type SearchTrial, writeSearchChoice } from './search-choice.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-choice-'));
afterAll(() => rmSync(folder, { recursive: true }));

const trial = (number: number, figure: number | undefined, state: SearchTrial['state'] = 'finished'): SearchTrial => ({
  ...{ trial: number, settings: { rho: number }, state, epochs: 3, runs: [{ target: 'office', folder: `gac-office/trial-00${number}` }] },
  ...(figure === undefined ? {} : { figure }),
});

it('takes the best figure, the first of equal ones; never a trial that diverged, was left, or has none', () => {
  const trials = [trial(0, undefined), trial(1, 0.8), trial(2, 0.9), trial(3, undefined, 'diverged'), trial(4, 0.9), trial(5, 0.99, 'stopped')];
  expect(bestTrial(trials, { better: 'higher' })).toMatchObject({ trial: 2, figure: 0.9 });
  expect(bestTrial(trials, { better: 'lower' })).toMatchObject({ trial: 1, figure: 0.8 });
  expect(bestTrial([trial(0, undefined), trial(1, undefined, 'diverged')], { better: 'lower' })).toBeUndefined();
});

it('a choice is read as it was written; one that was edited is refused, and written again', () => {
  const choice: SearchChoice = {
    ...{ method: 'gac', target: 'office', choose: { metric: 'hter', better: 'lower' }, seed: 1000, of: { rho: { log: [0.01, 0.5] } } },
    ...{ trials: [trial(0, 0.2)], trial: 0, settings: { rho: 0 }, figure: 0.2 },
  };
  const file = join(folder, 'search', 'gac-office', 'choice.json');
  expect(readSearchChoice(file)).toBeUndefined();
  writeSearchChoice(file, choice);
  expect(readSearchChoice(file)).toEqual(choice);
  const { ino } = statSync(file);
  writeSearchChoice(file, choice);
  expect(statSync(file).ino).toBe(ino);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('"figure": 0.2', '"figure": 0.1'));
  expect(() => readSearchChoice(file)).toThrow('it is damaged or was edited: its digest is not that of its content, expected the choice of a search');
  writeSearchChoice(file, choice);
  expect(readFileSync(file, 'utf8')).toBe(text);
});
