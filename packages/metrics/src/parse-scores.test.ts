import { describe, expect, it } from 'vitest';
import { parse } from '#csv-parse';
import { formatScores, type ScoreRow } from './format-scores.ts';
import { parseScores, scoreRows } from './parse-scores.ts';
import { splitRecords } from './split-records.ts';

function read(text: string, options = {}) {
  const { scores, labels, howRead, ...rest } = parseScores(text, options);
  return { scores: Array.from(scores), labels: Array.from(labels), howRead, ...rest };
}

const bob = `claimed_id,test_label,is_bonafide,attack_type,score
001,live_1,True,,0.9
001,print_1,False,print,0.6
002,replay_1,False,replay,0.2
`;

describe("bob's CSV", () => {
  it('gives scores, labels, species and subjects, and says how it was read', () => {
    expect(read(bob, { ids: true })).toEqual({
      scores: [0.9, 0.6, 0.2],
      labels: [1, 0, 0],
      species: ['', 'print', 'replay'],
      subjects: ['001', '001', '002'],
      ids: ['live_1', 'print_1', 'replay_1'],
      nonResponse: { attacks: 0, bonaFide: 0 },
      howRead:
        'columns claimed_id, test_label, is_bonafide, attack_type, score, as the first line has them; separated by commas; True = bona fide, False = attack; higher score = bona fide',
    });
  });

  it.each([
    ['a byte order mark', `\uFEFF${bob}`],
    ['CRLF', bob.replaceAll('\n', '\r\n')],
    ['CR alone', bob.replaceAll('\n', '\r')],
    ['semicolons', bob.replaceAll(',', ';')],
    ['semicolons after sep=;', `sep=;\n${bob.replaceAll(',', ';')}`],
    ['tabs', bob.replaceAll(',', '\t')],
    ['vertical bars', bob.replaceAll(',', '|')],
    ['spaces after the commas', bob.replaceAll(',', ',    ')],
    ['empty lines', bob.replaceAll('\n', '\n\n')],
    ['no last line break', bob.trimEnd()],
    ['quotes', bob.replaceAll(/\w+_\d/g, '"$&"')],
  ])('reads the same with %s', (_, text) => {
    const { scores, labels, species, subjects } = read(text);
    expect({ scores, labels, species, subjects }).toEqual({
      scores: [0.9, 0.6, 0.2],
      labels: [1, 0, 0],
      species: ['', 'print', 'replay'],
      subjects: ['001', '001', '002'],
    });
  });

  it('reads back what formatScores writes, every bit of it: quotes, commas, line breaks, spaces, other scripts', () => {
    const rows = ['a,b', 'say "cheese"', 'two\nlines', ' spaces ', '李雷_Ünïcode_😀', "it's", '', 'return\r\n'].map(
      (name, i): ScoreRow => ({
        claimedId: name,
        testLabel: `${name}${i}`,
        isBonaFide: false,
        attackType: name,
        score: 1 / (i + 3),
        frameId: i,
        videoKey: name,
        domain: 'msu',
        logit: -1 / (i + 3),
      }),
    );
    expect(scoreRows(parseScores(formatScores(rows), { ids: true }))).toEqual(rows);
  });
});

describe('lists', () => {
  it.each([
    ['0.9 1\n0.2 0\n', 'score, label', 'spaces; 1 = bona fide, 0 = attack (assumed)'],
    ['1 0.9\n-1 0.2\n', 'label, score', 'spaces; 1 = bona fide, -1 = attack (assumed)'],
    ['0.9,+1\n0.2,-1\n', 'score, label', 'commas; +1 = bona fide, -1 = attack (assumed)'],
    ['0.9\treal\n0.2\tattack\n', 'score, label', 'tabs; real = bona fide, attack = attack'],
    ['live;0.9\nspoof;0.2\n', 'label, score', 'semicolons; live = bona fide, spoof = attack'],
    ['a.jpg 1 0.9\nb.jpg 0 0.2\n', 'path, label, score', 'spaces; 1 = bona fide, 0 = attack (assumed)'],
    ['a.jpg,0.9,True\nb.jpg,0.2,False\n', 'path, score, label', 'commas; True = bona fide, False = attack'],
    ['0.9   genuine\n 0.2  imposter \n', 'score, label', 'spaces; genuine = bona fide, imposter = attack'],
    ['0.9 Bona-Fide\n0.2 Attack\n', 'score, label', 'spaces; Bona-Fide = bona fide, Attack = attack'],
    ['0.9 1.0\n0.2 0.0\n', 'score, label', 'spaces; 1.0 = bona fide, 0.0 = attack (assumed)'],
  ])('%j has the columns %s, separated by %s', (text, columns, rest) => {
    const { scores, labels, howRead } = read(text);
    expect({ scores, labels }).toEqual({ scores: [0.9, 0.2], labels: [1, 0] });
    expect(howRead).toBe(`columns ${columns}; separated by ${rest}; higher score = bona fide`);
  });

  it("reads bob's four columns: the second is the claimed identity for bona fide samples and the species for attacks", () => {
    const { scores, labels, species, subjects, howRead } = read('001 001 live_1 0.9\n001 print print_1 0.6\n002 None live_2 0.5\n');
    expect({ scores, labels, species, subjects }).toEqual({
      scores: [0.9, 0.6, 0.5],
      labels: [1, 0, 1],
      species: ['', 'print', ''],
      subjects: ['001', '001', '002'],
    });
    expect(howRead).toContain('real_id equal to claimed_id is bona fide, otherwise the attack');
  });

  it('takes 1 for an attack in a column named is_attack', () => {
    expect(read('score,is_attack\n0.9,0\n0.2,1\n').labels).toEqual([1, 0]);
  });

  it('takes whole scores of 0 and 1 beside labels for scores where the labels are the last column', () => {
    expect(read('1 0\n0 1\n1 1\n')).toMatchObject({ scores: [1, 0, 1], labels: [0, 1, 1] });
  });
});

describe('what is wrong', () => {
  it.each([
    ['', 'Cannot read scores from a.csv: it has no scores, expected a line for each sample'],
    ['\uFEFF \n\n', 'it has no scores'],
    ['claimed_id,test_label,is_bonafide,attack_type,score\n', 'it has no scores'],
    ['score,test_label\n1,a', 'a.csv:1: its first line lacks is_bonafide, expected the columns claimed_id,test_label,is_bonafide,attack_type,score'],
    ['test_label,is_bonafide\na,true', 'a.csv:1: its first line lacks score'],
    ['just words\nand more', 'a.csv:1: its first line lacks score and is_bonafide'],
    ['0.5\n0.6\n', "a.csv:1: the first line, '0.5', has one cell, expected a score and a label"],
    ['test_label,is_bonafide,score\na,true,0.5\nb,maybe,0.5', "a.csv:3: is_bonafide is 'maybe', expected true/false, 1/0"],
    ['0.5 2\n0.6 3', "a.csv:1: neither '0.5' nor '2' is a label of known form"],
    ['0.5 1\n0.6 0\n0.7 2', "a.csv:3: label is '2', expected true/false, 1/0"],
    ['test_label,is_bonafide,score\n"a\nb",true,x', "a.csv:2: score is 'x', expected a finite number"],
    ['test_label,is_bonafide,score\n"a\nb",true,1\nc,true,', "a.csv:4: score is '', expected a finite number"],
    ['score,label\n0.5,1\nNaN,0', "a.csv:3: score is 'NaN', expected a finite number"],
    ['score,label\n0.5,1\n-inf,0', "a.csv:3: score is '-inf', expected a finite number"],
    ['score,label\n0.5,1\n1e999,0', "a.csv:3: score is '1e999', expected a finite number"],
    ['test_label,is_bonafide,score\na,true,1\nb,true', 'a.csv:3: the line has 2 cells, expected 3 (test_label, is_bonafide, score)'],
    ['0.5 1\n0.6 0 7\n', 'a.csv:2: the line has 3 cells, expected 2 (score, label)'],
    ['test_label,is_bonafide,score\na,true,1\nb,true,1\na,true,1', "a.csv:4: 'a' is there twice, first in line 2, expected each sample once"],
    ['test_label,is_bonafide,score,frame_id\na,true,1,0\na,true,1,1\na,true,1,0', "a.csv:4: 'a' is there twice, first in line 2"],
    ['test_label,is_bonafide,score,frame_id\na,true,1,x', "a.csv:2: frame_id is 'x', expected a finite number"],
    ['test_label,is_bonafide,score\na"b,true,1', 'a.csv:2: a quote is out of place, expected a cell in quotes, with quotes inside it doubled'],
    ['test_label,is_bonafide,score\n"a,true,1', 'a quote is out of place'],
    [
      `test_label,is_bonafide,score\na,true,1\n"${'x\n'.repeat(2 ** 20)}`,
      'a.csv:3: the row is longer than 1048576 characters, expected shorter rows (a quote may have no end)',
    ],
    ['sep=#\n1#0.5', "a.csv:1: the cells are separated by '#', expected a comma, a semicolon, a tab, a vertical bar or spaces"],
    ['a b c d e f 0.5\n', 'a.csv:1: it has 7 columns and no line that names them'],
    ['score,label\n0.5,1\n\u001b[31mred,0', "a.csv:3: score is '\\u001b[31mred', expected a finite number"],
  ])('%j', (text, message) => {
    expect(() => parseScores(text, { source: 'a.csv' })).toThrow(message);
    expect(() => parseScores(text, { source: 'a.csv' })).toThrow(RangeError);
  });

  it('keeps samples of the same name, and counts attempts without a score, where it is told to', () => {
    const text = 'test_label,is_bonafide,score\na,true,1\na,true,2\nb,false,\nc,true,None\nd,false,0\n';
    expect(read(text, { duplicates: 'keep', nonResponse: 'count' })).toMatchObject({
      scores: [1, 2, 0],
      labels: [1, 1, 0],
      nonResponse: { attacks: 1, bonaFide: 1 },
    });
  });
});

describe('text in chunks', () => {
  async function* inChunks(text: string, length: number) {
    for (let from = 0; from < text.length; from += length) yield text.slice(from, from + length);
  }

  it('is read as in one piece, wherever it is cut', async () => {
    const rows = Array.from({ length: 9000 }, (_, i) => `"clip ""${i}""\n${i}",${i % 2 === 0},${i / 7}`).join('\n');
    const text = `test_label,is_bonafide,score\n${rows}`;
    const whole = parseScores(text, { ids: true });
    expect(whole.scores.length).toBe(9000);
    expect(whole.ids?.[8999]).toBe('clip "8999"\n8999');
    for (const length of [7, 1000, 300_000]) expect(await parseScores(inChunks(text, length), { ids: true })).toEqual(whole);
  });

  it('tells the line of an error far into the text', async () => {
    const text = `${'0.5 1\n'.repeat(100_000)}0.5 x\n`;
    await expect(parseScores(inChunks(text, 5000))).rejects.toThrow("the text:100001: label is 'x'");
  });
});

it('cuts text without quotes as csv-parse does', () => {
  const text = 'a, b ,c\r\n,,\nd;e,\tf,g g\n1,2,3';
  const ours = [...splitRecords(text, ',', 1, '')].map(({ cells }) => cells);
  expect(ours).toEqual(parse(text, { trim: true, relax_column_count: true, record_delimiter: ['\r\n', '\n'] }));
});
