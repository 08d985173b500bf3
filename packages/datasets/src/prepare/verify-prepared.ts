import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { cannot } from '@gradalign/core';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import { readCsvRows } from '../on-disk/parse-csv.ts';
import { readJournal } from './journal.ts';
import { preparedPaths, readPreparation } from './preparation-file.ts';
import { rawPath } from './withdraw-clips.ts';

/** How a prepared folder differs from its manifest. Plain JSON. */
export interface Verification {
  readonly folder: string;
  /** Rows of the manifest. */
  readonly crops: number;
  /** Distinct videos among the rows. */
  readonly videos: number;
  /** Crops by `<domain>/<split>/<label>`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Crops whose file has the digest of its row. */
  readonly intact: number;
  /** In the manifest but not on disk. */
  readonly missing: readonly string[];
  /** Content differs from the manifest's digest. */
  readonly changed: readonly string[];
  /** On disk but not in the manifest. */
  readonly surplus: readonly string[];
  /** Rows that cannot be checked: `line 7: the path leads outside the folder`. */
  readonly problems: readonly string[];
  /** Clips with crops here whose raw file is gone, as `<domain>: <clip>`: the next `data prepare` withdraws them. */
  readonly withdrawn: readonly string[];
  /** Domains whose raw data are not where they were prepared from, so that nobody can tell: `<domain>: <root>`. */
  readonly withoutRaw: readonly string[];
}

/** Progress and interruption of a verification. */
export interface VerifyOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Files read at a time. */
const atOnce = 16;

/** Checks every file of a prepared folder against its manifest, by SHA-256. Changes nothing. @throws UserError where there is no manifest */
export async function verifyPrepared(folder: string, { onProgress, signal }: VerifyOptions = {}): Promise<Verification> {
  const root = resolve(folder);
  const { manifest } = preparedPaths(root);
  if (!existsSync(manifest))
    throw cannot(`verify ${folder}`, existsSync(root) ? 'it has no manifest.csv' : 'there is no such folder', 'a folder that data prepare has finished', {
      exitCode: 2,
    });
  const rows = readCsvRows(manifest);
  const header: readonly string[] = (await rows.next()).value?.fields ?? [];
  const column = (name: string) => {
    const at = header.indexOf(name);
    if (at < 0) throw cannot(`verify ${folder}`, `its manifest.csv has no column ${name}`, 'a manifest that data prepare wrote');
    return at;
  };
  const [path, sha256, domain, split, label, video] = ['path', 'sha256', 'domain', 'split', 'label', 'video'].map(column) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const expected = new Map<string, string>();
  const counts: Record<string, number> = {};
  const videos = new Set<string>();
  const problems: string[] = [];
  let crops = 0;
  for await (const { fields: row } of rows) {
    const cell = (at: number) => row[at] ?? '';
    const file = cell(path);
    const where = `row ${++crops}`;
    if (row.length !== header.length) problems.push(`${where}: ${row.length} cells, expected ${header.length}`);
    else if (file === '' || !resolve(root, file).startsWith(root + sep)) problems.push(`${where}: the path '${file}' leads outside the folder`);
    else if (expected.has(file)) problems.push(`${where}: ${file} again`);
    else {
      expected.set(file, cell(sha256));
      videos.add(`${cell(domain)}/${cell(video)}`);
      const place = [domain, split, label].map(cell).join('/');
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  const [missing, changed]: [string[], string[]] = [[], []];
  const files = [...expected.keys()];
  let [next, done] = [0, 0];
  const lane = async () => {
    while (next < files.length) {
      signal?.throwIfAborted();
      const file = files[next++] as string;
      const digest = await digestOf(join(root, file));
      if (digest === undefined) missing.push(file);
      else if (digest !== expected.get(file)) changed.push(file);
      onProgress?.(++done, files.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const own = new Set(['manifest.csv', 'preparation.json', 'report.json']);
  const surplus = filesIn(root, '').filter((file) => !expected.has(file) && !own.has(file));
  return {
    folder: root,
    crops,
    videos: videos.size,
    counts,
    intact: files.length - missing.length - changed.length,
    missing: missing.sort(byCodePoint),
    changed: changed.sort(byCodePoint),
    surplus,
    problems,
    ...withdrawnIn(root),
  };
}

/** True where nothing is missing, changed, surplus, wrong or withdrawn. */
export function isIntact({ missing, changed, surplus, problems, withdrawn }: Verification): boolean {
  return [missing, changed, surplus, problems, withdrawn].every(({ length }) => length === 0);
}

/** A verification as text for a terminal, with the first 20 entries of each list. */
export function renderVerification(verification: Verification): string {
  const { folder, crops, videos, counts, intact } = verification;
  const lists = (['missing', 'changed', 'surplus', 'problems', 'withdrawn', 'withoutRaw'] as const).flatMap((name) => {
    const list = verification[name];
    return list.length === 0
      ? []
      : [`${titles[name]}: ${list.length}`, ...list.slice(0, 20).map((one) => `  ${one}`), ...(list.length > 20 ? [`  and ${list.length - 20} more`] : [])];
  });
  const table = Object.entries(counts).map(([place, n]) => `  ${place}: ${n}`);
  return [`${folder}: ${intact} of ${crops} crops of ${videos} videos match the manifest`, ...table, ...lists].join('\n');
}

const titles = {
  missing: 'missing',
  changed: 'changed',
  surplus: 'surplus',
  problems: 'problems',
  withdrawn: 'withdrawn from the raw data, crops still here (data prepare removes them)',
  withoutRaw: 'raw data not found, so not checked for withdrawn clips',
} as const;

/** In bytes; a larger file is no crop. */
const largestCrop = 2 ** 28;

/** Undefined where there is no such file; a text that is no digest where it is no file that data prepare writes. */
async function digestOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found && (!found.isFile() || found.size > largestCrop)) return 'no crop';
  const content = found && (await readFile(path).catch(() => undefined));
  return content && createHash('sha256').update(content).digest('hex');
}

/** Reads the journals without changing them. */
function withdrawnIn(out: string): Pick<Verification, 'withdrawn' | 'withoutRaw'> {
  const withdrawn: string[] = [];
  const withoutRaw: string[] = [];
  for (const [domain, { root }] of Object.entries(existsSync(preparedPaths(out).preparation) ? readPreparation(out).domains : {})) {
    const path = preparedPaths(out).journal(domain);
    if (root === undefined || !existsSync(path)) continue;
    if (!existsSync(root)) {
      withoutRaw.push(`${domain}: ${root}`);
      continue;
    }
    for (const record of readJournal(path))
      if (record.rows.length > 0 && !record.kept && !existsSync(rawPath(record, root))) withdrawn.push(`${domain}: ${record.id}`);
  }
  return { withdrawn, withoutRaw };
}

/** Files below a folder, hidden ones left out: `/` between parts, in the order of code points. */
function filesIn(root: string, below: string): string[] {
  return readdirSync(join(root, below), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .flatMap((entry) => {
      const id = below === '' ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? filesIn(root, id) : [id];
    })
    .sort(byCodePoint);
}
