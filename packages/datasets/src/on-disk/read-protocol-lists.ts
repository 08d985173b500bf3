import type { Split } from '@gradalign/core';
import type { Findings } from './findings.ts';
import type { FileEntry } from './folder-tree.ts';
import { readListFile } from './list-file.ts';
import { listedPath } from './listed-path.ts';

export interface ProtocolList {
  readonly split: Split;
  readonly file: FileEntry;
}

/** A parsed line of a list. */
interface ListedClip {
  /** The clip's name or path, as written. */
  readonly text: string;
  /** The list's label; undefined where it gives none. */
  readonly live: boolean | undefined;
}

export interface ListRules {
  readonly parseLine: (line: string, list: ProtocolList) => ListedClip | undefined;
  /** What a line should be, for messages. */
  readonly line: string;
  /** Parses a clip's name: the `key` of `findClips`, whether it is live, and the split it is from. */
  readonly parseName: (path: string, list: ProtocolList) => { readonly key: string; readonly live: boolean; readonly split: Split } | undefined;
}

/**
 * The splits of the listed clips, by `key`. The list decides the split, and a clip's name its label. Where the two differ, where a list
 * names a clip twice or in two splits, or cannot be read, that is reported; a listed clip that does not exist is missing.
 */
export async function readProtocolLists(
  lists: readonly ProtocolList[],
  { parseLine, line: expected, parseName }: ListRules,
  isThere: (key: string) => boolean,
  findings: Findings,
): Promise<Map<string, Split>> {
  const splits = new Map<string, Split>();
  for (const list of lists) {
    for (const { line, text } of await readListFile(list.file)) {
      const say = (what: string) => findings.problem(`${list.file.id} line ${line}: ${what}`);
      const entry = parseLine(text, list);
      const path = entry && listedPath(entry.text);
      const name = path === undefined ? undefined : parseName(path, list);
      const leaveOut = (why: string) => findings.leaveOut('entry', `${list.file.id} line ${line}`, why);
      if (!entry) leaveOut(`'${text}', expected ${expected}`);
      else if (path === undefined) leaveOut(`'${entry.text}' leads outside the root: not read`);
      else if (!name) leaveOut(`'${entry.text}' is not the name of a clip`);
      else {
        if (entry.live !== undefined && entry.live !== name.live) {
          say(`${entry.text} is ${words(entry.live)} here, but ${words(name.live)} by its name: used as ${words(name.live)}`);
        }
        if (name.split !== list.split) say(`${entry.text} is from ${name.split} by its name: used as ${list.split}`);
        const there = splits.get(name.key);
        if (there !== undefined) say(`${entry.text} again${there === list.split ? '' : `, already in ${there}`}`);
        else if (isThere(name.key)) splits.set(name.key, list.split);
        else findings.missing(path);
      }
    }
  }
  return splits;
}

function words(live: boolean): string {
  return live ? 'live' : 'an attack';
}
