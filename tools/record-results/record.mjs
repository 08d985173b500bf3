// What `npm run record:results` writes, and how two such files are compared.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

/** Keys that say when, where and how fast, wherever they stand in JSON. */
const volatileKeys = new Set(['time', 'seconds', 'milliseconds', 'waited', 'logBytes', 'versions', 'command', 'host', 'git', 'gradalign']);

/**
 * Digests by key, in groups: `results` must not change; `surface` is what may change on purpose (schema, list, resolved experiments).
 * Paths of the work folder and of the checkout, times, versions and the machine are taken out of texts before the digest.
 */
export class Record {
  groups = { results: {}, surface: {} };
  #paths;
  #kept;

  /** @param paths Absolute path to its stand-in. @param kept Folder for the texts as they were digested, to `diff -r` two of them. */
  constructor(paths, kept) {
    this.#paths = Object.entries(paths).sort(([a], [b]) => b.length - a.length);
    this.#kept = kept;
  }

  /** A small value that is written as it is. */
  value(key, value, group = 'results') {
    this.groups[group][key] = typeof value === 'string' ? this.#withoutPaths(value) : value;
  }

  /**
   * A text: JSON loses its volatile keys, every text its paths. The numbers of JSON results have a digest of their own, which stays the same where
   * only a sentence or a key is worded anew.
   */
  text(key, text, { group = 'results', json = false, drop = [] } = {}) {
    const clean = this.#withoutPaths(json ? cleanJson(text, drop) : text);
    this.#keep(key, clean);
    this.groups[group][key] = sha256(clean);
    if (json && group === 'results') this.groups[group][`${key} (numbers)`] = sha256(numbersIn(JSON.parse(clean)).join('\n'));
  }

  /** A file by its kind: JSON, JSON lines and other texts cleaned, anything else byte by byte. */
  file(key, path) {
    const text = () => readFileSync(path, 'utf8');
    const kinds = {
      '.json': () => this.text(key, text(), { json: true }),
      '.jsonl': () =>
        this.text(
          key,
          text()
            .trim()
            .split('\n')
            .map((line) => cleanJson(line))
            .join('\n'),
        ),
      '.yaml': () => this.text(key, text()),
      '.csv': () => this.text(key, text()),
    };
    const other = () => {
      this.groups.results[key] = sha256(readFileSync(path));
    };
    (kinds[extname(path)] ?? other)();
  }

  /** Every file of a folder under its own key. */
  files(key, folder, keep = () => true) {
    for (const name of filesBelow(folder)) if (keep(name)) this.file(`${key}/${name}`, join(folder, name));
  }

  /** Many files under one key: a digest of all their names and bytes, and how many there are. */
  tree(key, folder, keep = () => true) {
    const names = filesBelow(folder).filter(keep);
    this.text(key, names.map((name) => `${sha256(readFileSync(join(folder, name)))}  ${name}\n`).join(''));
    this.value(`${key} (files)`, names.length);
  }

  #withoutPaths(text) {
    return this.#paths.reduce((rest, [path, standIn]) => rest.replaceAll(path, standIn), text);
  }

  #keep(key, text) {
    if (this.#kept === undefined) return;
    const path = join(this.#kept, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** Paths below a folder with forward slashes, sorted by code unit. */
export function filesBelow(folder, within = '') {
  return readdirSync(join(folder, within))
    .flatMap((name) => {
      const path = within === '' ? name : `${within}/${name}`;
      return statSync(join(folder, path)).isDirectory() ? filesBelow(folder, path) : [path];
    })
    .sort((a, b) => (a < b ? -1 : 1));
}

/** JSON in the order of its keys, without those that vary from run to run. */
function cleanJson(text, drop = []) {
  const without = (key, value) => (volatileKeys.has(key) || drop.includes(key) ? undefined : value);
  return JSON.stringify(
    JSON.parse(text, (_, value) => value),
    without,
    2,
  );
}

/** All numbers and truth values in the order in which they stand. */
function numbersIn(value) {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(numbersIn);
  return typeof value === 'string' || value === null ? [] : [value];
}

function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}

/** Prints what differs between two records; true where nothing does. What `surface` holds is told apart, as it may change on purpose. */
export function compareRecords(a, b) {
  const [machineA, machineB] = [a, b].map(({ machine }) => JSON.stringify(machine));
  if (machineA !== machineB) console.log(`note: recorded on different machines or versions, bits may differ:\n  ${machineA}\n  ${machineB}`);
  let differ = 0;
  for (const group of ['results', 'surface']) {
    const [one, other] = [flatten(a[group]), flatten(b[group])];
    const keys = [...new Set([...one.keys(), ...other.keys()])];
    const different = keys.filter((key) => one.get(key) !== other.get(key));
    console.log(`${group}: ${keys.length - different.length} of ${keys.length} equal${different.length > 0 ? `, ${different.length} differ` : ''}`);
    for (const key of different) console.log(`  ${key}: ${short(one.get(key))} -> ${short(other.get(key))}`);
    differ += different.length;
  }
  return differ === 0;
}

/** Leaves of nested values under the path to them, as text. */
function flatten(value, path = '', into = new Map()) {
  if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) flatten(inner, path === '' ? key : `${path} > ${key}`, into);
  else if (value !== undefined) into.set(path, String(value));
  return into;
}

function short(text) {
  if (text === undefined) return 'missing';
  return /^[0-9a-f]{64}$/.test(text) ? text.slice(0, 12) : text;
}
