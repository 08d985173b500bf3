import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Sample } from '../contracts/dataset.ts';
import { readScoreFile, writeScoreFile } from './score-file.ts';
import type { ScoredSample } from './score-samples.ts';

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

it('reads back commas, quotes, line breaks, spaces and other scripts, and every bit of the score', () => {
  const names = ['a,b', 'say "cheese"', 'two\nlines', ' spaces ', '李雷_Ünïcode_😀', "it's", '', 'return\r\n'];
  const samples = names.map((name, i) => scored(1 / (i + 3), { id: `${name}${i}`, subject: name, species: name, video: name, frame: i }));
  const path = join(folder, 'odd.csv');
  writeScoreFile(path, samples);
  expect(readScoreFile(path)).toEqual(
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

it('reads what other tools write: another order, more columns, True, CRLF, a byte order mark, no final line break', () => {
  const path = join(folder, 'other.csv');
  writeFileSync(path, '\uFEFFscore,is_bonafide,"test_label",note\r\n1e-3,True,a,"x, y"\r\n\r\n-2,FALSE,b,');
  expect(readScoreFile(path)).toEqual([
    { claimedId: '', testLabel: 'a', isBonaFide: true, attackType: '', score: 0.001, videoKey: '' },
    { claimedId: '', testLabel: 'b', isBonaFide: false, attackType: '', score: -2, videoKey: '' },
  ]);
});

it.each([
  ['score,test_label\n1,a', 'its first line lacks is_bonafide'],
  ['', 'its first line lacks test_label, is_bonafide, score'],
  ['test_label,is_bonafide,score\na,true,0.5\nb,maybe,0.5', ":3: is_bonafide is 'maybe', expected true or false"],
  ['test_label,is_bonafide,score\n"a\nb",true,x', ":2: score is 'x', expected a finite number"],
  ['test_label,is_bonafide,score\n"a\nb",true,1\nc,true,', ":4: score is '', expected a finite number"],
  ['test_label,is_bonafide,score\na,true', ':2: the line has 2 cells, expected 3'],
  ['test_label,is_bonafide,score\na"b,true,1', ':2: a quote is misplaced'],
  ['test_label,is_bonafide,score\n"a,true,1', ':2: a quote is misplaced'],
])('says what is wrong with %j', (text, message) => {
  const path = join(folder, 'wrong.csv');
  writeFileSync(path, text);
  expect(() => readScoreFile(path)).toThrow(message);
});

it('refuses scores that are not finite, and data of more than two classes', () => {
  const path = join(folder, 'refused.csv');
  expect(() => writeScoreFile(path, [scored(Number.NaN, { id: 'a.jpg' })])).toThrow("the score of 'a.jpg' is NaN, expected a finite number");
  expect(() => writeScoreFile(path, [{ ...scored(0, {}), probabilities: [1, 0, 0] }])).toThrow("'x' has 3 classes, expected two (attack, bona fide)");
});

it('says where it cannot write or read, and leaves no partial file', () => {
  expect(() => writeScoreFile(join(folder, 'none', 'a.csv'), [])).toThrow(/^Cannot write .*none.*a\.csv: its folder /);
  expect(() => readScoreFile(join(folder, 'none.csv'))).toThrow(/^Cannot read scores from .*none\.csv: there is no such file/);
  mkdirSync(join(folder, 'taken.csv'));
  expect(() => writeScoreFile(join(folder, 'taken.csv'), [])).toThrow(/^Cannot write .*taken\.csv: /);
  expect(readdirSync(folder)).toEqual(['taken.csv']);
});

it('a quoted cell of 20 MB, the separator line of a spreadsheet, Latin-1 and a device are refused with their cause', () => {
  const path = join(folder, 'bad.csv');
  const refused = (content: string | Uint8Array, message: string) => {
    writeFileSync(path, content);
    expect(() => readScoreFile(path)).toThrow(message);
  };
  refused(`test_label,is_bonafide,score\n"${'x""'.repeat(7e6)}",true,1`, 'bad.csv:2: a cell has 21000002 characters, expected at most 65536');
  refused('sep=;\r\ntest_label;is_bonafide;score\r\n', "it says sep=;, a spreadsheet's separator of cells, expected commas between the cells");
  refused(Buffer.from('test_label,is_bonafide,score\nZo\xeb,true,1', 'latin1'), 'it is not text in UTF-8 (Latin-1, perhaps)');
  expect(() => readScoreFile('/dev/zero')).toThrow('it is a device, not a file');
});
