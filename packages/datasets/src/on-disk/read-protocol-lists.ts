import type { Split } from '@gradalign/core';
import type { Findings } from './findings.ts';
import type { FileEntry } from './folder-tree.ts';
import { readListFile } from './list-file.ts';
import { listedPath } from './listed-path.ts';

export interface ProtocolList {
  readonly split: Split;
  readonly file: FileEntry;
}

/** What a line of a list says. */
interface ListedClip {
  /** The clip's name or path as it stands there. */
  readonly text: string;
  /** What the list takes it for; undefined where it does not say. */
  readonly live: boolean | undefined;
}

export interface ListRules {
  readonly parseLine: (line: string, list: ProtocolList) => ListedClip | undefined;
  /** What a line should be, for messages. */
  readonly line: string;
  /** What a clip's name means: the `key` of `findClips`, whether it is live, and the split that it is from. */
  readonly parseName: (path: string, list: ProtocolList) => { readonly key: string; readonly live: boolean; readonly split: Split } | undefined;
}

/**
 * The splits of the clips that lists name, by `key`. The list decides on the split, and a clip's name on its label: where the two differ, where a list
 * names a clip twice or in two splits, or cannot be read, that is told; a clip that is named and not there is missing.
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
      if (!entry) say(`'${text}', expected ${expected}`);
      else if (path === undefined) say(`'${entry.text}' leads out of the root: not read`);
      else if (!name) say(`'${entry.text}' is no name of a clip`);
      else {
        if (entry.live !== undefined && entry.live !== name.live) {
          say(`${entry.text} is ${words(entry.live)} here, but ${words(name.live)} by its name: taken for ${words(name.live)}`);
        }
        if (name.split !== list.split) say(`${entry.text} is from ${name.split} by its name: taken for ${list.split}`);
        const there = splits.get(name.key);
        if (there !== undefined) say(`${entry.text} once more${there === list.split ? '' : `, which is in ${there} already`}`);
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
