import { readFileSync } from 'node:fs';
import { formatScores, type ScoreRow } from '@gradalign/metrics';
import { cannot } from '../contracts/errors.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { ScoredSample } from './score-samples.ts';

export type { ScoreRow };

const columns = ['claimed_id', 'test_label', 'is_bonafide', 'attack_type', 'score', 'frame_id', 'video_key'];
const required = ['test_label', 'is_bonafide', 'score'];

/**
 * Writes scores of two classes as CSV (RFC 4180 quoting, UTF-8, LF), atomically: the file is complete or not there at all.
 *
 * @param options `withDomain`: a column `domain`, for scores of several domains.
 * @throws UserError if a sample has other than two classes or a score that is not finite, or the file cannot be written.
 */
export function writeScoreFile(path: string, scored: readonly ScoredSample[], { withDomain = false }: { readonly withDomain?: boolean } = {}): void {
  writeAtomically(path, formatScores(scored.map((one) => ({ ...scoreRow(one, path), ...(withDomain ? { domain: one.domain } : {}) }))));
}

/**
 * Reads what `writeScoreFile` wrote, or another tool with these columns in any order; other columns are ignored.
 *
 * @throws UserError that names file and line if the file cannot be read, lacks `test_label`, `is_bonafide` or `score`, or has a malformed line.
 */
export function readScoreFile(path: string): ScoreRow[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw cannot(`read scores from ${path}`, (cause as Error).message, 'a CSV file', { cause });
  }
  const [header, ...rows] = parseCsv(text.replace(/^\uFEFF/, ''), path);
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
  const cell = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
  let [position, line] = [0, 1];
  while (position < text.length) {
    const row: CsvRow = { cells: [], line };
    for (;;) {
      cell.lastIndex = position;
      const [whole, inQuotes, plain] = cell.exec(text) as RegExpExecArray;
      row.cells.push(inQuotes === undefined ? (plain as string) : inQuotes.replaceAll('""', '"'));
      position += whole.length;
      line += whole.split('\n').length - 1;
      if (text[position] !== ',') break;
      position++;
    }
    const lineBreak = /\r?\n|\r|$/y;
    lineBreak.lastIndex = position;
    const end = lineBreak.exec(text);
    if (!end) throw cannot(`read scores from ${path}:${line}`, 'a quote is misplaced', 'a quoted cell, with the quotes inside it doubled');
    position += end[0].length;
    if (end[0] !== '') line++;
    if (row.cells.length > 1 || row.cells[0] !== '') rows.push(row);
  }
  return rows;
}
