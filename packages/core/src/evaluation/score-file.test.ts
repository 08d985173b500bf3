import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scoreRows } from '@gradalign/metrics';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Sample } from '../contracts/dataset.ts';
import { readScores } from './read-scores.ts';
import { writeScoreFile } from './score-file.ts';
import { type ScoredSample, scoredByLogit } from './score-samples.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scores ü '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function scored(score: number, sample: Partial<Sample>): ScoredSample {
  return { domain: 'msu', probabilities: [1 - score, score], sample: { id: 'x', image: { path: '' }, label: 0, split: 'test', ...sample } };
}

it('writes the columns of bob, true and false in lower case, and empty cells for what is unknown', () => {
  const path = join(folder, 'plain.csv');
  writeScoreFile(path, [
    scored(0.75, { id: 'live/a/1.jpg', label: 1, subject: 'a', video: 'live/a', frame: 1, species: 'of no meaning here' }),
    scored(0.25, { id: 'attack/b.jpg', species: 'print' }),
  ]);
  expect(readFileSync(path, 'utf8')).toBe(
    'claimed_id,test_label,is_bonafide,attack_type,score,frame_id,video_key\na,live/a/1.jpg,true,,0.75,1,live/a\n,attack/b.jpg,false,print,0.25,,\n',
  );
  expect(readdirSync(folder)).toEqual(['plain.csv']);
});

it('reads back commas, quotes, line breaks, spaces and other scripts, and every bit of the score', async () => {
  const names = ['a,b', 'say "cheese"', 'two\nlines', ' spaces ', '李雷_Ünïcode_😀', "it's", '', 'return\r\n'];
  const samples = names.map((name, i) => scored(1 / (i + 3), { id: `${name}${i}`, subject: name, species: name, video: name, frame: i }));
  const path = join(folder, 'odd.csv');
  writeScoreFile(path, samples);
  expect(scoreRows(await readScores(path, { ids: true }))).toEqual(
    samples.map(({ sample, probabilities }, i) => ({
      claimedId: names[i],
      testLabel: sample.id,
      isBonaFide: false,
      attackType: names[i],
      score: probabilities[1],
      frameId: i,
      videoKey: names[i],
    })),
  );
});

it('writes the logit beside the probability that it stands for', async () => {
  const path = join(folder, 'logits.csv');
  const at = (value: number, id: string) =>
    scoredByLogit({ domain: 'msu', sample: { id, image: { path: '' }, label: 1, split: 'test' } }, { value, scale: 32 });
  // sigmoid(32 * 0.5) is 0.99999988746, sigmoid(32 * 2) rounds to 1 even in float64.
  writeScoreFile(path, [at(0, 'a'), at(0.5, 'b'), at(2, 'c'), at(2.5, 'd')]);
  const { scores, logits } = await readScores(path);
  expect([...(logits ?? [])]).toEqual([0, 0.5, 2, 2.5]);
  expect(scores[0]).toBe(0.5);
  expect(scores[1]).toBeCloseTo(1 - 1.1253516e-7, 14);
  expect([scores[2], scores[3]]).toEqual([1, 1]);
  expect(() => writeScoreFile(path, [at(Number.POSITIVE_INFINITY, 'e')])).toThrow("the score of 'e' is Infinity, expected a finite number");
});

it('refuses scores that are not finite, and data of more than two classes', () => {
  const path = join(folder, 'refused.csv');
  expect(() => writeScoreFile(path, [scored(Number.NaN, { id: 'a.jpg' })])).toThrow("the score of 'a.jpg' is NaN, expected a finite number");
  expect(() => writeScoreFile(path, [{ ...scored(0, {}), probabilities: [1, 0, 0] }])).toThrow("'x' has 3 classes, expected two (attack, bona fide)");
});

it('says where it cannot write or read, and leaves no partial file', () => {
  expect(() => writeScoreFile(join(folder, 'none', 'a.csv'), [])).toThrow(/^Cannot write .*none.*a\.csv: its folder /);
  mkdirSync(join(folder, 'taken.csv'));
  expect(() => writeScoreFile(join(folder, 'taken.csv'), [])).toThrow(/^Cannot write .*taken\.csv: /);
  expect(readdirSync(folder)).toEqual(['taken.csv']);
});

it('a quoted cell of 21 MB, Latin-1 and a device are refused with their cause', async () => {
  const path = join(folder, 'bad.csv');
  writeFileSync(path, `test_label,is_bonafide,score\n"${'x""'.repeat(7e6)}",true,1`);
  await expect(readScores(path)).rejects.toThrow('it is longer than 1048576 characters');
  writeFileSync(path, Buffer.from('test_label,is_bonafide,score\nZo\xeb,true,1', 'latin1'));
  await expect(readScores(path)).rejects.toThrow('bad.csv:2: it has bytes that are not UTF-8');
  await expect(readScores(join(folder, 'none.csv'))).rejects.toThrow('there is no such file');
  if (existsSync('/dev/zero')) await expect(readScores('/dev/zero')).rejects.toThrow('it is a device, not a file');
});
