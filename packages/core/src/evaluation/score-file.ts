import { formatScores, type ScoreRow } from '@gradalign/metrics';
import { cannot } from '../contracts/errors.ts';
import { describeReadError } from '../files/describe-read-error.ts';
import { readBounded, UnreadableFileError } from '../files/read-bounded.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { ScoredSample } from './score-samples.ts';

export type { ScoreRow };

/** A longer text does not fit into one string. */
const maxBytes = 2 ** 29 - 2 ** 10;
/** Of a cell, in characters. */
const maxCell = 2 ** 16;

const columns = ['claimed_id', 'test_label', 'is_bonafide', 'attack_type', 'score', 'frame_id', 'video_key'];
const required = ['test_label', 'is_bonafide', 'score'];

/**
 * Writes scores of two classes as CSV (RFC 4180 quoting, UTF-8, LF), atomically: the file is complete or not there at all.
 *
 * @throws UserError if a sample has other than two classes or a score that is not finite, or the file cannot be written.
 */
export function writeScoreFile(path: string, scored: readonly ScoredSample[]): void {
  writeAtomically(path, formatScores(scored.map((one) => scoreRow(one, path))));
}

/**
 * Reads what `writeScoreFile` wrote, or another tool with these columns in any order; other columns are ignored.
 *
 * @throws UserError that names file and line if the file cannot be read, lacks `test_label`, `is_bonafide` or `score`, or has a malformed line.
 */
export function readScoreFile(path: string): ScoreRow[] {
  let text: string;
  try {
    text = utf8(readBounded(path, maxBytes));
  } catch (cause) {
    throw cannot(`read scores from ${path}`, describeReadError(cause), 'a CSV file', { cause });
  }
  const [separator] = /(?<=^\uFEFF?sep=).(?=\r?\n)/i.exec(text) ?? [','];
  if (separator !== ',') throw cannot(`read scores from ${path}:1`, `it says sep=${separator}, a spreadsheet's separator of cells`, 'commas between the cells');
  const [header, ...rows] = parseCsv(text.replace(/^\uFEFF?(sep=,\r?\n)?/i, ''), path);
  const names = header?.cells.map((cell) => cell.trim()) ?? [];
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) throw cannot(`read scores from ${path}`, `its first line lacks ${missing.join(', ')}`, `the columns ${columns.join(',')}`);
  return rows.map(({ cells, line }) => {
    const where = `read scores from ${path}:${line}`;
    if (cells.length !== names.length) throw cannot(where, `the line has ${cells.length} cells`, `${names.length}, as the first line has`);
    const cell = (name: string) => cells[names.indexOf(name)] ?? '';
    const frame = cell('frame_id');
    return {
      claimedId: cell('claimed_id'),
      testLabel: cell('test_label'),
      isBonaFide: truth(cell('is_bonafide'), where),
      attackType: cell('attack_type'),
      score: finite(cell('score'), 'score', where),
      ...(frame === '' ? {} : { frameId: finite(frame, 'frame_id', where) }),
      videoKey: cell('video_key'),
    };
  });
}

function scoreRow({ sample, probabilities }: ScoredSample, path: string): ScoreRow {
  const [, score] = probabilities;
  if (probabilities.length !== 2 || score === undefined)
    throw cannot(`write scores to ${path}`, `'${sample.id}' has ${probabilities.length} classes`, 'two (attack, bona fide)');
  if (!Number.isFinite(score)) throw cannot(`write scores to ${path}`, `the score of '${sample.id}' is ${score}`, 'a finite number');
  const isBonaFide = sample.label === 1;
  return {
    claimedId: sample.subject ?? '',
    testLabel: sample.id,
    isBonaFide,
    attackType: isBonaFide ? '' : (sample.species ?? ''),
    score,
    ...(sample.frame === undefined ? {} : { frameId: sample.frame }),
    videoKey: sample.video ?? '',
  };
}

function truth(cell: string, where: string): boolean {
  const word = cell.toLowerCase();
  if (word !== 'true' && word !== 'false') throw cannot(where, `is_bonafide is '${cell}'`, 'true or false');
  return word === 'true';
}

function finite(cell: string, column: string, where: string): number {
  const value = Number(cell);
  if (cell.trim() === '' || !Number.isFinite(value)) throw cannot(where, `${column} is '${cell}'`, 'a finite number');
  return value;
}

interface CsvRow {
  readonly cells: string[];
  /** Line where it begins, from 1. */
  readonly line: number;
}

/** RFC 4180: cells may be quoted, quotes are doubled, and quoted cells may hold line breaks. Empty lines are skipped. */
function parseCsv(text: string, path: string): CsvRow[] {
  const rows: CsvRow[] = [];
  const plain = /[^",\r\n]*/y;
  let [position, line] = [0, 1];
  const refuse = (is: string, expected: string) => cannot(`read scores from ${path}:${line}`, is, expected);
  while (position < text.length) {
    const row: CsvRow = { cells: [], line };
    for (;;) {
      const start = position;
      if (text[position] === '"') {
        let close = text.indexOf('"', start + 1);
        while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
        if (close < 0) throw refuse('a quote is misplaced: its cell does not end', 'a quoted cell, with the quotes inside it doubled');
        position = close + 1;
      } else {
        plain.lastIndex = position;
        position += (plain.exec(text) as RegExpExecArray)[0].length;
      }
      if (position - start > maxCell) throw refuse(`a cell has ${position - start} characters`, `at most ${maxCell}`);
      const whole = text.slice(start, position);
      row.cells.push(whole.startsWith('"') ? whole.slice(1, -1).replaceAll('""', '"') : whole);
      line += whole.split('\n').length - 1;
      if (text[position] !== ',') break;
      position++;
    }
    const lineBreak = /\r?\n|\r|$/y;
    lineBreak.lastIndex = position;
    const end = lineBreak.exec(text);
    if (!end) throw refuse('a quote is misplaced', 'a quoted cell, with the quotes inside it doubled');
    position += end[0].length;
    if (end[0] !== '') line++;
    if (row.cells.length > 1 || row.cells[0] !== '') rows.push(row);
  }
  return rows;
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UnreadableFileError('it is not text in UTF-8 (Latin-1, perhaps)');
  }
}
