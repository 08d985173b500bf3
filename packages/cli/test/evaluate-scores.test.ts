import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Conventions, Figures } from '@gradalign/metrics';
import { afterAll, describe, expect, it } from 'vitest';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign scores é-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
const header = 'claimed_id,test_label,is_bonafide,attack_type,score\n';

/** Live at 0.9, 0.8, 0.6, 0.3; attacks at 0.7 and 0.4 (replay), 0.2 and 0.1 (print). */
const rows = [
  'l1,true,,0.9',
  'l2,true,,0.8',
  'l3,true,,0.6',
  'l4,true,,0.3',
  'r1,false,replay,0.7',
  'r2,false,replay,0.4',
  'p1,false,print,0.2',
  'p2,false,print,0.1',
];
const test = header + rows.map((row, i) => `s${i},${row}\n`).join('');
write('test.csv', test);

async function figures(...args: string[]): Promise<Conventions> {
  const { status, out, err } = await gradalign('evaluate', '--scores', ...args, '--json');
  expect([status, err]).toEqual([0, '']);
  return JSON.parse(out) as Conventions;
}

describe('evaluate --scores', () => {
  it('gives the figures of the equal error point at 0.6, where one of four is wrong on either side', async () => {
    const { literature, ...others } = await figures('test.csv');
    expect(literature).toMatchObject({
      ...{ threshold: 0.6, hter: 0.25, eer: 0.25, auc: 13 / 16, far: 0.25, frr: 0.25, bpcer: 0.25 },
      ...{ apcer: { print: 0, replay: 0.5 }, acer: (0.5 + 0.25) / 2 },
      ...{ tprAtFpr: { 0.01: 0.5, 0.05: 0.5, 0.1: 0.5 }, bpcerAtApcer: { 0.01: 0.5, 0.05: 0.5, 0.1: 0.5 }, apcerAtBpcer: { 0.01: 1, 0.05: 1, 0.1: 1 } },
    });
    const [low, high] = literature.intervals['auc'] as readonly [number, number];
    expect(low).toBeGreaterThanOrEqual(0);
    expect(low).toBeLessThan(13 / 16);
    expect(high).toBeGreaterThan(13 / 16);
    expect('deployable' in others || 'fixed' in others).toBe(false);
  });

  it('takes the threshold from --dev, and from --threshold, in blocks of their own', async () => {
    write('dev.csv', '0.35 live\n0.3 spoof\n');
    const { literature, deployable, fixed } = await figures('test.csv', '--dev', 'dev.csv', '--threshold', '0.85');
    expect(literature.threshold).toBe(0.6);
    // At 0.35: both replays pass, one live is refused. At 0.85: nothing passes, three live are refused.
    expect(deployable).toMatchObject({ threshold: 0.35, far: 0.5, frr: 0.25, hter: 0.375, apcer: { print: 0, replay: 1 }, auc: 13 / 16 });
    expect(fixed).toMatchObject({ threshold: 0.85, far: 0, frr: 0.75, acer: 0.375 });
    // Above -0.0001 everything passes; a number that begins with a minus sign is a value.
    expect((await figures('test.csv', '--threshold', '-1')).fixed).toMatchObject({ far: 1, frr: 0 });
  });

  it('says on one line how the file was read, and the text has the figures with intervals', async () => {
    const { out } = await gradalign('evaluate', '--scores', 'test.csv', '--dev', 'test.csv');
    expect(out.split('\n')[0]).toBe(
      'test.csv: columns claimed_id, test_label, is_bonafide, attack_type, score, as the first line has them; separated by commas; true = bona fide, false = attack; higher score = bona fide',
    );
    expect(out).toMatch(/^ {2}HTER +25\.00 \[\d+\.\d\d, \d+\.\d\d\] +25\.00 \[/m);
    expect(out).toMatch(/^ {2}APCER replay +50\.00 /m);
    expect(out).toContain('95 % interval, bootstrap over subjects');
  });

  it('is the same for the same seed, and another seed gives other intervals', async () => {
    const intervals = async (...args: string[]) => (await figures('test.csv', '--rounds', '50', ...args)).literature.intervals;
    expect(await intervals('--seed', '1')).toEqual(await intervals('--seed', '1'));
    expect(await intervals('--seed', '1')).not.toEqual(await intervals('--seed', '2'));
    expect((await figures('test.csv', '--rounds', '0')).literature.intervals).toEqual({});
  });

  it.each([
    ['a byte order mark', `\uFEFF${test}`],
    ['UTF-16', Buffer.from(`\uFEFF${test}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${test}`, 'utf16le').swap16()],
    ['semicolons and CRLF', test.replaceAll(',', ';').replaceAll('\n', '\r\n')],
    ['tabs', test.replaceAll(',', '\t')],
    [
      'other columns in another order',
      `extra,score,label,species\n${rows
        .map((row) => row.split(','))
        .map(([, label, species, score]) => `x,${score},${label === 'true' ? 'Real' : 'ATTACK'},${species}`)
        .join('\n')}`,
    ],
    [
      'two columns',
      rows
        .map((row) => row.split(','))
        .map(([, label, , score]) => `${score} ${label === 'true' ? 1 : -1}`)
        .join('\n'),
    ],
    [
      'four columns of bob',
      rows
        .map((row) => row.split(','))
        .map(([id, label, species, score]) => `c ${label === 'true' ? 'c' : species} ${id} ${score}`)
        .join('\n'),
    ],
  ])('reads %s as the same scores', async (_, content) => {
    write('other.csv', content);
    expect((await figures('other.csv', '--rounds', '0')).literature).toMatchObject({ threshold: 0.6, auc: 13 / 16, hter: 0.25, n: 8 });
  });

  it('gives figures of videos where rows name them: the mean of their frames', async () => {
    write('videos.csv', `is_bonafide,score,video_key\ntrue,0.9,a\ntrue,0.1,a\ntrue,0.8,b\nfalse,0.6,c\nfalse,0.2,c\nfalse,0.3,d\n`);
    const { literature } = await figures('videos.csv');
    // Videos: live 0.5 and 0.8, attacks 0.4 and 0.3.
    expect(literature).toMatchObject({ n: 6, auc: 6 / 9, video: { n: 4, auc: 1, hter: 0, threshold: 0.5 } });
    expect((await figures('videos.csv', '--aggregate', 'max')).literature.video).toMatchObject({ auc: 1, threshold: 0.8 });
  });

  it('ranks by the column logit where all rows have one, and takes ECE and Brier from the probabilities', async () => {
    write('logits.csv', 'is_bonafide,score,logit\ntrue,1,20\ntrue,1,10\nfalse,1,15\nfalse,0,-5\n');
    const by = await figures('logits.csv', '--rounds', '0');
    // By the scores two live and one attack tie; by the logits one of four pairs is the wrong way round.
    expect(by).toMatchObject({ rankedBy: 'logit', literature: { auc: 3 / 4, brier: 1 / 4 } });
    write('some.csv', 'is_bonafide,score,logit\ntrue,1,20\ntrue,1,\nfalse,1,15\nfalse,0,-5\n');
    expect(await figures('some.csv', '--rounds', '0')).toMatchObject({ rankedBy: 'score', literature: { auc: 3 / 4 } });
    // Development scores without logits: both files are ranked by their scores, never one by each.
    expect(await figures('logits.csv', '--dev', 'test.csv', '--rounds', '0')).toMatchObject({ rankedBy: 'score', deployable: { threshold: 0.6 } });
  });

  it('counts attempts without a score beside the figures', async () => {
    write('without.csv', `${header}s,l9,true,,\ns,r9,false,replay,None\ns,r8,false,replay,\n${test.slice(header.length)}`);
    expect((await figures('without.csv')).literature).toMatchObject({ n: 8, nonResponse: { bonaFide: 1, attacks: 2 } });
    expect((await gradalign('evaluate', '--scores', 'without.csv')).out).toMatch(/^ {2}without a score: attacks +2 \(33\.33\)/m);
  });

  it('escapes what would move the cursor of a terminal', async () => {
    write('escapes.csv', `${header}s,l,true,,0.9\ns,a,false,\u001b[2J\u202Egnp,0.1\n`);
    const { out } = await gradalign('evaluate', '--scores', 'escapes.csv');
    expect(out).toContain('APCER \\u001b[2J\\u202egnp');
    expect([...out].filter((character) => character < ' ' && character !== '\n')).toEqual([]);
  });
});

describe('score files that cannot be used', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  it.each([
    ['', 1, 'bad.csv: it has no scores, expected a line for each sample'],
    ['\n\n', 1, 'bad.csv: it has no scores'],
    [header, 1, 'bad.csv: it has no scores'],
    [`${header}s,l,true,,0.9\n`, 1, 'bad.csv: all 1 samples are bona fide, expected attacks too'],
    ['0.1 0\n0.2 0\n', 1, 'bad.csv: all 2 samples are attacks, expected bona fide samples too'],
    ['test_label,score\na,1\n', 1, 'bad.csv:1: its first line lacks is_bonafide'],
    [`${header}s,l,true,,nan\n`, 1, "bad.csv:2: score is 'nan', expected a finite number"],
    [`${header}s,l,true,,0.1\ns,m,true,,Infinity\n`, 1, "bad.csv:3: score is 'Infinity', expected a finite number"],
    [`${header}s,l,perhaps,,0.1\n`, 1, "bad.csv:2: is_bonafide is 'perhaps', expected true/false"],
    [`${header}s,l,true,,0.1\ns,l,true,,0.1\n`, 1, "bad.csv:3: 'l' is there twice, first in line 2"],
    ['0.5#1\n0.6#0\n', 1, "bad.csv:1: the first line, '0.5#1', has one cell, expected a score and a label"],
    [png, 1, 'bad.csv:1: it has bytes that are not UTF-8, expected text'],
    [Buffer.from('0.5 1\n0.6 0\n\0\0\0'), 1, 'bad.csv:3: it has a zero byte, expected text'],
    [Buffer.from('0.5 1\n0.6 0\nna\xefve 1\n', 'latin1'), 1, 'bad.csv:3: it has bytes that are not UTF-8'],
    ['0.5 1 '.repeat(200_000), 1, 'bad.csv:1: it is longer than 1048576 characters'],
    [
      'is_bonafide,score,video_key\ntrue,1,a\nfalse,0,a\n',
      1,
      "bad.csv:3: line 2 of video 'a' has the label 1 and line 3 the label 0, expected one label a video",
    ],
  ])('case %#', async (content, status, message) => {
    write('bad.csv', content);
    const finished = await gradalign('evaluate', '--scores', 'bad.csv');
    expect([finished.status, finished.out]).toEqual([status, '']);
    expect(finished.err).toContain(message);
    expect(finished.err).not.toMatch(/bug|\n.*\n/);
    // The same file as development scores is blamed by its name.
    expect((await gradalign('evaluate', '--scores', 'test.csv', '--dev', 'bad.csv')).err).toBe(finished.err);
  });

  it.each([
    [['--scores', 'nowhere.csv'], 'Cannot read scores from nowhere.csv: there is no such file'],
    [['--scores', 'sub'], 'Cannot read scores from sub: it is a folder'],
    [['--scores', 'test.csv', '--threshold', 'high'], "--threshold is 'high', expected a number"],
    [['--scores', 'test.csv', '--threshold', 'NaN'], "--threshold is 'NaN', expected a number"],
    [['--scores', 'test.csv', '--rounds', '-1'], "--rounds is '-1'"],
    [['--scores', 'test.csv', '--aggregate', 'medain'], "--aggregate is 'medain', expected mean, median or max"],
    [['--scores', 'test.csv', '--weights', 'ema'], '--weights is there and no run'],
    [['sub', '--scores', 'test.csv'], '--scores is the file test.csv, and there is a run'],
    [['sub', '--dev', 'test.csv'], '--dev belongs to score files, and there is a run'],
    [[], 'there is neither a run nor --scores <file>'],
  ])('%j is wrong usage', async (args, message) => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    const { status, err } = await gradalign('evaluate', ...args);
    expect(err).toContain(message);
    expect(status).toBe(2);
  });
});

it('gives each figure that the JSON promises', async () => {
  const { literature } = await figures('test.csv');
  const names: (keyof Figures)[] = [
    'threshold',
    'hter',
    'eer',
    'auc',
    'far',
    'frr',
    'tprAtFpr',
    'apcer',
    'bpcer',
    'acer',
    'bpcerAtApcer',
    'apcerAtBpcer',
    'intervals',
  ];
  for (const name of names) expect([name, literature[name]]).not.toContain(undefined);
});
