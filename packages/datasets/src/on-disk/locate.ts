import { byCodePoint } from './code-point-order.ts';
import type { FileIndex } from './file-index.ts';
import type { FileEntry } from './folder-tree.ts';
import { isAbsolute, partsOf, withSlashes } from './listed-path.ts';

/** Files or folders below a root by path (`/` between parts, NFC), with case-insensitive lookup. */
export interface Places<T> {
  get(path: string): { readonly at: T /** As on disk. */; readonly path: string } | undefined;
  /** Paths whose last part is this. */
  named(last: string): readonly string[];
}

/** What an entry of a list refers to. */
export type Location<T> =
  | { readonly at: T; readonly path: string }
  /** There is no such file below the root. */
  | { readonly at?: undefined; readonly missing: string }
  /** The entry is unusable: it leads outside the root, or matches several files. */
  | { readonly at?: undefined; readonly problem: string };

export interface LocateOptions {
  /** Removed from the beginning of entries that start with it. */
  readonly prefix?: string;
  /** Folders preferred for a bare file name that several files have. */
  readonly hints?: readonly string[];
}

/** The files with one of these endings. */
export function filePlaces({ files }: Pick<FileIndex, 'files'>, ending: RegExp): Places<FileEntry> {
  return places(files.filter(({ id }) => ending.test(id)).map((file) => [file.id, file]));
}

/** The folders with such files, and the files directly in them. */
export function folderPlaces({ files }: Pick<FileIndex, 'files'>, ending: RegExp): Places<readonly FileEntry[]> {
  const folders = new Map<string, FileEntry[]>();
  for (const file of files) {
    if (!ending.test(file.id)) continue;
    const folder = file.id.slice(0, Math.max(0, file.id.lastIndexOf('/')));
    const those = folders.get(folder);
    if (those) those.push(file);
    else folders.set(folder, [file]);
  }
  return places([...folders]);
}

/**
 * Finds what the entries of a list refer to. Lists hold paths of the machine they were made on (`/data/share/x/msu_256/real/01/1.png`), or paths
 * relative to some folder in between, so the part that differs between list and disk is learned from the entries themselves, once per list. An entry
 * that starts like the others and does not exist is then missing, and is never matched to a file elsewhere that happens to have its name.
 */
export function locate<T>(there: Places<T>, entries: readonly string[], { prefix, hints = [] }: LocateOptions = {}): Location<T>[] {
  const found: (Location<T> | undefined)[] = [];
  const waiting = { absolute: [] as Entry[], relative: [] as Entry[] };
  const start = prefix === undefined ? undefined : withSlashes(prefix);
  entries.forEach((text, i) => {
    const path = withSlashes(text);
    const rest = start !== undefined && path.startsWith(start) ? path.slice(start.length).replace(/^\/+/, '') : path;
    const parts = partsOf(rest);
    if (!parts) found[i] = { problem: 'it leads outside the root' };
    else if (parts.length === 1) found[i] = byName(there, parts[0] as string, text, hints);
    else waiting[isAbsolute(rest) ? 'absolute' : 'relative'].push({ i, parts, text });
  });
  for (const group of Object.values(waiting)) {
    let open = group;
    while (open.length > 0) {
      const move = learnMove(there, open);
      const rest: Entry[] = [];
      for (const entry of open) {
        const { i, parts, text } = entry;
        if (move && !startsWith(parts, move.from)) rest.push(entry);
        else found[i] = (move && there.get([...move.to, ...parts.slice(move.from.length)].join('/'))) ?? { missing: text };
      }
      open = rest;
    }
  }
  return entries.map((text, i) => found[i] ?? { missing: text });
}

interface Entry {
  readonly i: number;
  readonly parts: readonly string[];
  readonly text: string;
}

/** List paths that start with `from` are in `to`. */
interface Move {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** Entries examined to learn how a list's paths differ from the disk's. */
const sampled = 100;

/** The difference that explains most entries; among several, the one that changes least. */
function learnMove<T>(there: Places<T>, entries: readonly Entry[]): Move | undefined {
  const votes = new Map<string, { move: Move; count: number }>();
  const step = Math.max(1, Math.floor(entries.length / sampled));
  for (let k = 0; k < entries.length; k += step) {
    for (const move of movesOf(there, (entries[k] as Entry).parts)) {
      const key = JSON.stringify(move);
      const vote = votes.get(key);
      if (vote) vote.count++;
      else votes.set(key, { move, count: 1 });
    }
  }
  const size = ({ move: { from, to } }: { move: Move }) => from.length * 1000 + to.length;
  return [...votes.values()].sort((a, b) => b.count - a.count || size(a) - size(b) || byCodePoint(a.move.to.join('/'), b.move.to.join('/')))[0]?.move;
}

/** The moves that map an entry to a file on disk: those that keep the longest end of its path. */
function movesOf<T>(there: Places<T>, parts: readonly string[]): Move[] {
  let longest = 0;
  let moves: Move[] = [];
  for (const path of there.named(parts.at(-1) as string)) {
    const onDisk = path.split('/');
    let same = 0;
    while (same < Math.min(parts.length, onDisk.length) && equal(parts.at(-1 - same), onDisk.at(-1 - same))) same++;
    if (same < longest) continue;
    if (same > longest) moves = [];
    longest = same;
    moves.push({ from: parts.slice(0, parts.length - same), to: onDisk.slice(0, onDisk.length - same) });
  }
  return moves;
}

function byName<T>(there: Places<T>, name: string, text: string, hints: readonly string[]): Location<T> {
  const named = there.named(name);
  const fit = (path: string) => path.split('/').filter((part) => hints.some((hint) => equal(hint, part))).length;
  const best = Math.max(...named.map(fit));
  const fitting = named.filter((path) => fit(path) === best);
  if (fitting.length > 1) return { problem: `it fits ${fitting.length} files, ${fitting.slice(0, 3).join(' and ')}` };
  return there.get(fitting[0] ?? '') ?? { missing: text };
}

function places<T>(entries: readonly (readonly [string, T])[]): Places<T> {
  const exact = new Map(entries);
  let folded: Map<string, { at: T; path: string }> | undefined;
  let names: Map<string, string[]> | undefined;
  return {
    get(path) {
      const at = exact.get(path);
      if (at !== undefined) return { at, path };
      folded ??= new Map(entries.map(([key, value]) => [key.toLowerCase(), { at: value, path: key }]));
      return folded.get(path.toLowerCase());
    },
    named(last) {
      if (!names) {
        names = new Map();
        for (const [path] of entries) {
          const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
          const those = names.get(name);
          if (those) those.push(path);
          else names.set(name, [path]);
        }
      }
      return names.get(last.toLowerCase()) ?? [];
    },
  };
}

function startsWith(parts: readonly string[], start: readonly string[]): boolean {
  return start.every((part, i) => equal(part, parts[i]));
}

function equal(a: string | undefined, b: string | undefined): boolean {
  return a === b || a?.toLowerCase() === b?.toLowerCase();
}
