import { dirname } from 'node:path';
import { cannot, type DatasetDefinition, defineDataset, type LeftOutKind, type Rectangle, type Sample, type Split, suggestion } from '@gradalign/core';
import { imageEnding, imageKindNames, whyNotRead } from '@gradalign/core/images';
import { Type } from '@sinclair/typebox';
import { attackOrLive } from '../../faces/attack-or-live.ts';
import { byCodePoint } from '../../on-disk/code-point-order.ts';
import { type FileIndex, indexFiles } from '../../on-disk/file-index.ts';
import { findSeparators } from '../../on-disk/find-separators.ts';
import { Findings } from '../../on-disk/findings.ts';
import { filePlaces } from '../../on-disk/locate.ts';
import { oneOf } from '../../on-disk/one-of.ts';
import { type CsvRow, parseCsv } from '../../on-disk/parse-csv.ts';
import { preparationLosses } from '../../on-disk/preparation-losses.ts';
import { preparationRecord } from '../../on-disk/preparation-record.ts';
import { readText } from '../../on-disk/read-text.ts';
import { labelOf, speciesWords, splitOf } from '../../on-disk/words.ts';
import { eachOnce, type Found, findListed } from '../../samples/listed.ts';
import { chooseSets, domainOption } from './choose-sets.ts';

const layout = `manifest.csv: path,domain,split,label,species,subject,video,frame,box
the images that its column path names, from its own folder on
only path and label must be there; label is live or attack, split train, dev or test, box is x y w h`;

const options = Type.Object(
  {
    root: Type.String({ format: 'path', description: 'Folder of the manifest' }),
    file: Type.Optional(Type.String({ minLength: 1, description: 'Name of the manifest below root; default: manifest.csv, else the only CSV file' })),
    domain: domainOption,
    labels: Type.Optional(
      Type.Record(Type.String(), oneOf(['live', 'attack']), {
        description: 'What other words in column label mean: { "1": live, "0": attack }, since 1 means live in some sources and attack in others',
      }),
    ),
    prefix: Type.Optional(Type.String({ description: 'Removed from the beginning of paths' })),
  },
  { additionalProperties: false },
);

/**
 * Images with the columns of a CSV file: what `gradalign data prepare` writes, or a file of your own. Columns are found by their
 * names in the first row, in any order and case; others are ignored. Words for live and attack are those of the plain folder
 * layout (real, bona fide, spoof, fake). The image is cropped to `box`, in pixels of the file.
 */
export const manifest: DatasetDefinition<typeof options> = defineDataset({
  name: 'manifest',
  summary: 'images listed in a CSV file: path,domain,split,label,species,subject,video,frame,box',
  layout,
  options,
  async create({ root, file, domain: wanted, labels = {}, prefix }, { domain, folder }) {
    const index = await indexFiles(root, folder, domain, layout);
    const findings = new Findings(index);
    const csv = findManifest(index, file, domain);
    const { columns, rows } = await readTable(csv, domain);
    const asked = { columns, file: csv.name, labelOfWord: labelWords(labels, domain) };
    const read = rows.map((row) => readRow(row, asked));
    const known = read.flatMap(({ row }) => row ?? []);
    if (known.length === 0) {
      for (const one of read) tellRow(one, findings);
      throw cannot(`read data set '${domain}'`, `${csv.path} has no usable row${firstOf(findings)}`, layout);
    }
    const sets = new Set(chooseSets(new Set(known.map((row) => row.domain)), { wanted, domain, adapter: 'manifest' }));
    for (const one of read) if (sets.has(one.domain)) tellRow(one, findings);
    const chosen = known.filter((row) => sets.has(row.domain));
    const found = findListed(chosen, filePlaces(index, imageEnding), findings, { ...(prefix === undefined ? {} : { prefix }) });
    for (const set of sets) findings.add(await preparationLosses(dirname(csv.path), set));
    const samples = eachOnce(found, findings)
      .map((row) => sampleOf(row, sets.size > 1))
      .sort((a, b) => byCodePoint(a.id, b.id));
    if (samples.length === 0) throw cannot(`read data set '${domain}'`, `none of the ${found.length || chosen.length} images in ${csv.path} exists`, layout);
    reportClips(samples, findings);
    const [set] = sets;
    const preparation = sets.size === 1 && set !== undefined ? await preparationRecord(dirname(csv.path), set) : undefined;
    return { classes: attackOrLive, samples, ...(preparation ? { preparation } : {}), notes: findings.notes({ polarity: polarityOf(labels) }) };
  },
});

interface Row {
  readonly path: string;
  readonly where: string;
  readonly domain: string;
  readonly split: Split;
  readonly label: 0 | 1;
  readonly species?: string;
  readonly subject?: string;
  readonly video?: string;
  readonly frame?: number;
  readonly device?: string;
  readonly session?: string;
  readonly box?: Rectangle;
}

interface Columns {
  /** By name. */
  readonly places: ReadonlyMap<string, number>;
  /** How many cells the first row has. */
  readonly width: number;
  /** How many a row may have: as many, or more where all rows end with empty ones. */
  readonly most: number;
}
type Csv = FileIndex['files'][number];

function findManifest(index: FileIndex, wanted: string | undefined, domain: string): Csv {
  const named = index.endingWith(wanted ?? 'manifest.csv');
  const any = named.length > 0 || wanted !== undefined ? named : index.files.filter(({ id }) => /\.csv$/i.test(id));
  const [csv] = any;
  if (csv && (named.length > 0 || any.length === 1)) return csv;
  const is = csv
    ? `${any.length} CSV files, ${any
        .slice(0, 3)
        .map(({ id }) => id)
        .join(', ')}`
    : `no ${wanted ?? 'manifest.csv'}`;
  throw cannot(`read data set '${domain}'`, `${index.root} holds ${is}`, csv ? 'option file to name one of them' : layout);
}

async function readTable(csv: Csv, domain: string): Promise<{ columns: Columns; rows: CsvRow[] }> {
  const { text, separators, firstLine } = findSeparators(readText({ path: csv.path }));
  const tables = separators.map((separator) => () => parseCsv(text, csv.path, { separator, firstLine }));
  let first: CsvRow | undefined;
  for (const parse of tables) {
    const [header, ...rows] = parse();
    first ??= header;
    const names = (header?.fields ?? []).map((name) => name.toLowerCase());
    if (!['path', 'label'].every((name) => names.includes(name))) continue;
    const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i);
    if (twice !== undefined) throw cannot(`read ${csv.path}:${header?.line}`, `two columns are called ${twice}`, 'each name once', { exitCode: 2 });
    const fewest = rows.reduce((least, { fields }) => Math.min(least, fields.length), Number.POSITIVE_INFINITY);
    const most = Number.isFinite(fewest) ? Math.max(names.length, fewest) : names.length;
    return { columns: { places: new Map(names.map((name, i) => [name, i])), width: names.length, most }, rows };
  }
  const lacking = ['path', 'label'].filter((name) => !(first?.fields ?? []).some((field) => field.toLowerCase() === name));
  const is = first ? `the first row of ${csv.path} is ${first.fields.join(',').slice(0, 200)}, without ${lacking.join(' and ')}` : `${csv.path} is empty`;
  throw cannot(`read data set '${domain}'`, is, 'the names of columns, path and label among them');
}

type Words = (word: string) => 0 | 1 | undefined;

/** Labels by word; refuses numbers that no option explains, since sources disagree on their meaning. */
function labelWords(labels: Readonly<Record<string, 'live' | 'attack'>>, domain: string): Words {
  const own = new Map(Object.entries(labels).map(([word, means]) => [word.trim().toLowerCase(), means === 'live' ? 1 : 0] as const));
  return (word) => {
    const label = own.get(word.toLowerCase()) ?? labelOf(word);
    if (label !== undefined || !/^[+-]?\d+(\.0+)?$/.test(word)) return label;
    throw cannot(
      `read data set '${domain}'`,
      `column label holds '${word}', which means live in some sources and attack in others`,
      `live or attack, or option labels to say it: { "${word}": live } or { "${word}": attack }`,
      { exitCode: 2 },
    );
  };
}

interface Asked {
  readonly columns: Columns;
  readonly file: string;
  readonly labelOfWord: Words;
}

/** A row of the file: usable or not, with what is wrong with it. */
interface ReadRow {
  readonly domain: string;
  readonly where: string;
  readonly row?: Row;
  /** Why the row cannot be used. */
  readonly leftOut?: { readonly kind: LeftOutKind; readonly why: string };
  /** What of a usable row is not used. */
  readonly problems: readonly string[];
}

function readRow({ line, fields }: CsvRow, { columns, file, labelOfWord }: Asked): ReadRow {
  const where = `${file} line ${line}`;
  const text = (column: string) => fields[columns.places.get(column) ?? -1] ?? '';
  const domain = text('domain');
  const cells =
    fields.length > columns.width ? ` (the row has ${fields.length} cells and the first row ${columns.width}: cells that hold the separator need quotes)` : '';
  const wrong = (kind: LeftOutKind, why: string): ReadRow => ({ domain, where, leftOut: { kind, why: why + cells }, problems: [] });
  const path = text('path');
  if (path === '') return wrong('entry', 'there is no path');
  const label = labelOfWord(text('label'));
  if (label === undefined) return wrong('label', `the label is '${text('label')}', expected live or attack${suggestion(text('label'), labelSpellings)}`);
  const split = text('split') === '' ? 'train' : splitOf(text('split'));
  if (!split) return wrong('entry', `the split is '${text('split')}', expected train, dev or test`);
  const box = text('box') === '' ? undefined : boxOf(text('box'));
  if (text('box') !== '' && !box) return wrong('entry', `the box is '${text('box')}', expected x y w h with a width and height above 0`);
  const other = whyNotRead(path);
  if (other !== undefined) return wrong('kind', `${path}: ${other}`);
  if (!imageEnding.test(path)) return wrong('entry', `'${path}' does not end like a picture, expected ${imageKindNames}`);
  if (fields.length > columns.most || fields.slice(columns.width).some((field) => field !== '')) return wrong('entry', 'it is not known which cell is which');
  const problems: string[] = [];
  const frame = text('frame') === '' ? undefined : Number(text('frame'));
  if (frame !== undefined && !(Number.isSafeInteger(frame) && frame >= 0))
    problems.push(`${where}: the frame is '${text('frame')}', expected a whole number: not used`);
  const species = text('species').normalize('NFC');
  if (species !== '' && label === 1) problems.push(`${where}: a live image has the species '${species}': not used`);
  const named = ['subject', 'video', 'device', 'session'].flatMap((column) => (text(column) === '' ? [] : [[column, text(column).normalize('NFC')]]));
  const row = {
    path,
    where,
    domain,
    split,
    label,
    ...(species !== '' && label === 0 ? { species: speciesOf(species) } : {}),
    ...Object.fromEntries(named),
    ...(frame !== undefined && Number.isSafeInteger(frame) && frame >= 0 ? { frame } : {}),
    ...(box ? { box } : {}),
  };
  return { domain, where, row, problems };
}

/** Spellings that a mistyped label is compared with. */
const labelSpellings = ['live', 'real', 'bonafide', 'genuine', 'attack', 'spoof', 'fake'];

function tellRow({ where, leftOut, problems }: ReadRow, findings: Findings): void {
  if (leftOut) findings.leaveOut(leftOut.kind, where, leftOut.why);
  for (const problem of problems) findings.problem(problem);
}

/** A species whose first part is a word that all data sets use. */
function speciesOf(text: string): string {
  const [first = '', ...finer] = text.split('/').map((part) => part.trim());
  return speciesWords.includes(first.toLowerCase()) ? [first.toLowerCase(), ...finer].join('/') : `other/${text}`;
}

function boxOf(text: string): Rectangle | undefined {
  const numbers = text.split(/[\s,;]+/).map(Number);
  const [x = 0, y = 0, width = 0, height = 0] = numbers;
  return numbers.length === 4 && numbers.every(Number.isFinite) && width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

function sampleOf({ file, domain, path: _, where: __, box, subject, ...rest }: Found<Row>, several: boolean): Sample {
  return {
    id: file.id,
    image: { path: file.path, ...(box ? { box } : {}) },
    ...rest,
    ...(subject === undefined ? {} : { subject: several ? `${domain}/${subject}` : subject }),
  };
}

function reportClips(samples: readonly Sample[], findings: Findings): void {
  const labels = new Map<string, number>();
  const both = new Set<string>();
  for (const { video, label } of samples) {
    if (video === undefined) continue;
    if (labels.has(video) && labels.get(video) !== label) both.add(video);
    labels.set(video, label);
  }
  findings.problems([...both].sort(byCodePoint), (n) => `${n} ${n === 1 ? 'clip has' : 'clips have'} frames of both labels`);
}

function polarityOf(labels: Readonly<Record<string, string>>): string {
  const own = Object.entries(labels).map(([word, means]) => `${word} is ${means}`);
  return ['live, real, bona fide, genuine are live; attack, spoof, fake are attack', ...own].join('; ');
}

function firstOf(findings: Findings): string {
  const [first] = findings.notes().problems ?? [];
  return first === undefined ? '' : ` (${first})`;
}
