import type { ScoreRow } from './format-scores.ts';
import { GrowingColumn, ownCopy, SharedTexts } from './growing-column.ts';
import { labelForms, labelMeaning, normalLabel } from './label-words.ts';
import { findColumns, type ScoreColumns } from './score-columns.ts';
import { ScoreFileError, shown } from './score-file-error.ts';
import type { NonResponse, Scores } from './scores.ts';
import { SeenKeys } from './seen-keys.ts';
import { RecordBlocks, type ScoreRecord, type Separator, splitRecords } from './split-records.ts';

/** Scores out of a file, in its order. Columns that the file has not are absent; empty cells are empty text. */
export interface ParsedScores extends Scores {
  readonly scores: Float64Array;
  readonly labels: Float64Array;
  /** Numbers of the frames within their videos; NaN where a row has none. */
  readonly frames?: Float64Array;
  /** What the scores were before they became probabilities; NaN where a row has none. */
  readonly logits?: Float64Array;
  /** Line of each row in the file, from 1; with the option `lines`. */
  readonly lines?: Float64Array;
  readonly nonResponse: NonResponse;
  /** One line for people: columns, separator, what the labels mean. */
  readonly howRead: string;
}

/** Options of parseScores. */
export interface ParseOptions {
  /** Named in errors (default `the text`). */
  readonly source?: string;
  /** Keep the samples' names (default false: they are most of a large file's memory). */
  readonly ids?: boolean;
  /** Keep the number of each row's line, so that a message about a sample can name it (default false). */
  readonly lines?: boolean;
  /** `count`: a row whose score is empty or None is an attempt without a score. `refuse` (default): it is an error. */
  readonly nonResponse?: 'refuse' | 'count';
  /** `keep`: rows that name the same sample are different samples. `refuse` (default): they are an error. */
  readonly duplicates?: 'refuse' | 'keep';
}

/**
 * Reads scores of any of these forms, with commas, semicolons, tabs, vertical bars or spaces between the cells, with a first line that names the columns or
 * without, with a byte order mark or a line `sep=;` before it:
 *
 * - bob's CSV (bob.pad.base): claimed_id,test_label,is_bonafide,attack_type,score and more columns, in any order;
 * - bob's four columns: claimed_id real_id test_label score, where real_id is the claimed identity for bona fide and the species for attacks;
 * - two or three columns: score and label, label and score, path and both.
 *
 * Labels: true/false, 1/0, 1/-1, real/attack, live/spoof, bonafide/attack, genuine/impostor, in large and small letters. 1 is bona fide, but in columns
 * named is_attack or is_spoof. Higher scores are bona fide. `howRead` says what was assumed. Chunks are taken one by one; a text in parts is read
 * in time proportional to its length, and what is kept is a few numbers a row.
 *
 * @throws ScoreFileError, with the line: missing columns, labels of no known form, scores that are not finite numbers, samples named twice, rows of
 *   different length, no rows
 */
export function parseScores(text: string, options?: ParseOptions): ParsedScores;
export function parseScores(chunks: AsyncIterable<string>, options?: ParseOptions): Promise<ParsedScores>;
export function parseScores(text: string | AsyncIterable<string>, options: ParseOptions = {}): ParsedScores | Promise<ParsedScores> {
  const reader = new ScoreReader(options);
  if (typeof text !== 'string') return readChunks(text, reader);
  for (let from = 0; from < text.length; from += blockLength) reader.take(text.slice(from, from + blockLength));
  return reader.end();
}

/**
 * Rows as formatScores takes them.
 *
 * @param scores read with `ids: true`, or the rows have no names
 */
export function scoreRows({ scores, labels, species, subjects, videos, domains, ids, frames, logits }: ParsedScores): ScoreRow[] {
  return Array.from(scores, (score, i): ScoreRow => {
    const [frame, logit, domain] = [frames?.[i] ?? Number.NaN, logits?.[i] ?? Number.NaN, domains?.[i]];
    return {
      claimedId: subjects?.[i] ?? '',
      testLabel: ids?.[i] ?? '',
      isBonaFide: labels[i] === 1,
      attackType: species?.[i] ?? '',
      score,
      ...(Number.isNaN(frame) ? {} : { frameId: frame }),
      videoKey: videos?.[i] ?? '',
      ...(domain === undefined ? {} : { domain }),
      ...(Number.isNaN(logit) ? {} : { logit }),
    };
  });
}

const blockLength = 1 << 18;
/** In characters: a longer record is a quote without an end. */
const longestRecord = 1 << 20;
/** So much of the text decides about the separator. */
const sampleLength = 20_000;
const separators = [';', '\t', '|', ',', 'spaces'] as const satisfies readonly Separator[];
const separatorNames: Record<Separator, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars', spaces: 'spaces' };
const noScore = new Set(['', 'none', 'null', 'na', 'n/a']);
/** What real_id says of bona fide samples, but for the claimed identity itself. */
const bonaFideIds = new Set(['', 'none', '-', 'bonafide', 'real', 'live', 'genuine', 'true']);

async function readChunks(chunks: AsyncIterable<string>, reader: ScoreReader): Promise<ParsedScores> {
  for await (const chunk of chunks) reader.take(chunk);
  return reader.end();
}

class ScoreReader {
  readonly #options: ParseOptions;
  readonly #source: string;
  readonly #blocks = new RecordBlocks();
  readonly #texts = new SharedTexts();
  readonly #seen = new SeenKeys();
  readonly #words = new Map<string, boolean>();
  readonly #numbers = {
    scores: new GrowingColumn(),
    labels: new GrowingColumn(),
    frames: new GrowingColumn(),
    logits: new GrowingColumn(),
    lines: new GrowingColumn(),
  };
  readonly #names = { species: [] as string[], subjects: [] as string[], videos: [] as string[], domains: [] as string[], ids: [] as string[] };
  readonly #without = { attacks: 0, bonaFide: 0 };
  #waiting: string[] = [];
  #waitingLength = 0;
  #nextLine = 1;
  #separator: Separator | undefined;
  #columns: ScoreColumns | undefined;

  constructor(options: ParseOptions) {
    this.#options = options;
    this.#source = options.source ?? 'the text';
  }

  take(chunk: string): void {
    this.#waiting.push(chunk);
    this.#waitingLength += chunk.length;
    if (this.#waitingLength < blockLength) return;
    this.#read(this.#blocks.take(this.#waiting.join('')));
    this.#waiting = [];
    this.#waitingLength = 0;
    if (this.#blocks.quotedLength > longestRecord)
      throw new ScoreFileError(this.#source, this.#nextLine, `the row is longer than ${longestRecord} characters`, 'shorter rows (a quote may have no end)');
  }

  end(): ParsedScores {
    const complete = this.#blocks.take(this.#waiting.join(''));
    this.#read(complete + this.#blocks.rest());
    const { scores, labels, frames, logits, lines } = this.#numbers;
    const columns = this.#columns;
    const values = scores.values();
    if (!columns || values.length + this.#without.attacks + this.#without.bonaFide === 0) {
      throw new ScoreFileError(this.#source, 0, 'it has no scores', 'a line for each sample');
    }
    const { species, subjects, videos, domains, ids } = this.#names;
    return {
      scores: values,
      labels: labels.values(),
      ...(columns.species !== undefined || columns.realId !== undefined ? { species } : {}),
      ...(columns.subject === undefined ? {} : { subjects }),
      ...(columns.video === undefined ? {} : { videos }),
      ...(columns.domain === undefined ? {} : { domains }),
      ...(columns.id !== undefined && this.#options.ids ? { ids } : {}),
      ...(columns.frame === undefined ? {} : { frames: frames.values() }),
      ...(columns.logit === undefined ? {} : { logits: logits.values() }),
      ...(this.#options.lines ? { lines: lines.values() } : {}),
      nonResponse: { ...this.#without },
      howRead: this.#howRead(columns),
    };
  }

  #read(block: string): void {
    let text = block;
    if (this.#nextLine === 1) text = this.#prologue(text);
    if (text.trim() === '') {
      this.#nextLine += lineBreaks(text);
      return;
    }
    this.#separator ??= this.#findSeparator(text);
    this.#blocks.quotes = this.#separator !== 'spaces';
    const records = splitRecords(text, this.#separator, this.#nextLine, this.#source);
    if (!this.#columns) {
      const rows = [...records];
      this.#columns = findColumns(rows.slice(0, 1000), this.#source);
      for (const row of this.#columns.header ? rows.slice(1) : rows) this.#add(row, this.#columns);
    } else for (const row of records) this.#add(row, this.#columns);
    this.#nextLine += lineBreaks(text);
  }

  /** The text without a byte order mark and without a line `sep=`. */
  #prologue(text: string): string {
    const plain = text.replace(/^\uFEFF/, '');
    const named = /^"?sep=(.)"?[ \t]*(?:\r\n|\n|\r|$)/i.exec(plain);
    if (!named) return plain;
    const separator = named[1] === ' ' ? 'spaces' : (named[1] as Separator);
    if (!separators.includes(separator)) {
      throw new ScoreFileError(this.#source, 1, `the cells are separated by '${shown(named[1])}'`, 'a comma, a semicolon, a tab, a vertical bar or spaces');
    }
    this.#separator = separator;
    this.#nextLine = 2;
    return plain.slice(named[0].length);
  }

  /** The separator that cuts the first lines into the same number of cells, the largest number; where none does, the one that cuts the first line. */
  #findSeparator(text: string): Separator {
    const sample = (text.length > sampleLength && new RecordBlocks().take(text.slice(0, sampleLength))) || text;
    const found = separators.map((separator) => {
      const counts = cellCounts(sample, separator, this.#nextLine, this.#source);
      const most = counts[0] ?? 0;
      return { separator, cells: most, even: counts.every((count) => count === most) };
    });
    const usable = found.filter(({ cells }) => cells > 1);
    const [best] = usable.sort((a, b) => Number(b.even) - Number(a.even) || b.cells - a.cells);
    if (best) return best.separator;
    // One column, or quotes that no separator makes sense of: csv-parse says where.
    for (const _ of splitRecords(sample, ',', this.#nextLine, this.#source));
    throw new ScoreFileError(this.#source, this.#nextLine, `the first line, '${shown(text.trim().split(/[\r\n]/)[0])}', has one cell`, 'a score and a label');
  }

  #add({ cells, line }: ScoreRecord, columns: ScoreColumns): void {
    if (cells.length !== columns.names.length) {
      throw this.#wrong(line, `the line has ${cells.length} cells`, `${columns.names.length} (${columns.names.join(', ')})`);
    }
    const cell = (column: number | undefined) => (column === undefined ? '' : (cells[column] as string));
    const bonaFide = this.#isBonaFide(cells, line, columns);
    if (columns.id !== undefined && this.#options.duplicates !== 'keep') {
      const key = `${cell(columns.domain)}\0${cell(columns.video)}\0${cell(columns.frame)}\0${cell(columns.id)}`;
      const before = this.#seen.see(key, line);
      if (before > 0) throw this.#wrong(line, `'${shown(cell(columns.id))}' is there twice, first in line ${before}`, 'each sample once');
    }
    const given = cell(columns.score);
    if (this.#options.nonResponse === 'count' && noScore.has(given.trim().toLowerCase())) {
      this.#without[bonaFide ? 'bonaFide' : 'attacks']++;
      return;
    }
    this.#numbers.scores.push(this.#number(given, columns, columns.score, line));
    this.#numbers.labels.push(bonaFide ? 1 : 0);
    if (this.#options.lines) this.#numbers.lines.push(line);
    const share = (column: number) => this.#texts.share(cells[column] as string);
    const species = columns.species ?? columns.realId;
    if (species !== undefined) this.#names.species.push(bonaFide ? '' : share(species));
    if (columns.subject !== undefined) this.#names.subjects.push(share(columns.subject));
    if (columns.video !== undefined) this.#names.videos.push(share(columns.video));
    if (columns.domain !== undefined) this.#names.domains.push(share(columns.domain));
    if (columns.id !== undefined && this.#options.ids) this.#names.ids.push(ownCopy(cells[columns.id] as string));
    if (columns.frame !== undefined) this.#numbers.frames.push(this.#optional(cells, columns, columns.frame, line));
    if (columns.logit !== undefined) this.#numbers.logits.push(this.#optional(cells, columns, columns.logit, line));
  }

  #isBonaFide(cells: readonly string[], line: number, columns: ScoreColumns): boolean {
    const column = columns.label ?? columns.attackLabel;
    if (column === undefined) {
      const real = cells[columns.realId as number] as string;
      return bonaFideIds.has(normalLabel(real)) || (columns.subject !== undefined && real === cells[columns.subject]);
    }
    const given = cells[column] as string;
    const known = this.#words.get(given);
    if (known !== undefined) return known;
    const meaning = labelMeaning(given);
    if (meaning === undefined) throw this.#wrong(line, `${columns.names[column]} is '${shown(given)}'`, labelForms);
    const bonaFide = columns.label === undefined ? !meaning : meaning;
    this.#words.set(ownCopy(given), bonaFide);
    return bonaFide;
  }

  #optional(cells: readonly string[], columns: ScoreColumns, column: number, line: number): number {
    return cells[column] === '' ? Number.NaN : this.#number(cells[column] as string, columns, column, line);
  }

  #number(cell: string, columns: ScoreColumns, column: number, line: number): number {
    const value = Number(cell);
    if (cell.trim() === '' || !Number.isFinite(value)) throw this.#wrong(line, `${columns.names[column]} is '${shown(cell)}'`, 'a finite number');
    return value;
  }

  #wrong(line: number, what: string, expected: string): ScoreFileError {
    return new ScoreFileError(this.#source, line, what, expected);
  }

  #howRead({ names, header, label, attackLabel }: ScoreColumns): string {
    const columns = `columns ${names.join(', ')}${header ? ', as the first line has them' : ''}`;
    const words = (kind: boolean) => [...new Set([...this.#words].filter(([, bonaFide]) => bonaFide === kind).map(([word]) => shown(word)))].join(' or ');
    const [live, attack] = [words(true), words(false)];
    const numbers = !header && [...this.#words.keys()].every((word) => /^-?[01]$/.test(normalLabel(word)));
    const meaning =
      (label ?? attackLabel) === undefined
        ? 'real_id equal to claimed_id is bona fide, otherwise the attack'
        : `${[live && `${live} = bona fide`, attack && `${attack} = attack`].filter(Boolean).join(', ')}${numbers ? ' (assumed)' : ''}`;
    return `${columns}; separated by ${separatorNames[this.#separator as Separator]}; ${meaning}; higher score = bona fide`;
  }
}

function cellCounts(text: string, separator: Separator, line: number, source: string): number[] {
  try {
    return [...splitRecords(text, separator, line, source)].map(({ cells }) => cells.length);
  } catch (error) {
    if (error instanceof ScoreFileError) return [];
    throw error;
  }
}

/** Line breaks of any kind. */
function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count > 0 ? count : (text.match(/\r/g)?.length ?? 0);
}
