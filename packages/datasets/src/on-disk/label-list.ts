import type { Findings } from './findings.ts';
import type { FileEntry } from './folder-tree.ts';
import { readListFile } from './list-file.ts';

/** A line `path label`, or `color depth infrared label`. */
export interface LabelLine {
  /** `train_list.txt line 3`. */
  readonly where: string;
  readonly paths: readonly [string, ...string[]];
  readonly value: 0 | 1;
}

/** The lines of a list that end in a label of 0 or 1; reports the others. */
export async function readLabelList(file: FileEntry, findings: Findings): Promise<LabelLine[]> {
  const wrong: { readonly line: number; readonly what: string }[] = [];
  const lines = (await readListFile(file)).flatMap(({ line, text }): LabelLine[] => {
    const words = text.split(/[\s,;]+/);
    const [first, ...more] = words.slice(0, -1);
    const value = Number(words.at(-1));
    if (first !== undefined && (value === 0 || value === 1)) return [{ where: `${file.id} line ${line}`, paths: [first, ...more], value }];
    wrong.push({ line, what: `line ${line}: ${text.slice(0, 80)}` });
    return [];
  });
  findings.problems(
    wrong.map(({ what }) => what),
    (n) => `${file.id} has ${n} ${n === 1 ? 'line' : 'lines'} that cannot be read, expected a path and a label, 0 or 1`,
  );
  // The first line may be a heading.
  findings.add(
    wrong.map(({ line, what }) => ({ kind: line === 1 ? 'entry' : 'label', what: `${file.id} ${what}`, why: 'it has no path and label, 0 or 1' }) as const),
  );
  return lines;
}

/**
 * The value that means live in a list. Lists of one data set were published with both meanings, so paths (`real_part`, a clip's name) decide
 * where they imply a label; lines that contradict it are then wrong. Where no path implies one, it is `otherwise`.
 *
 * @param told the label that a line's path implies: 1 live, 0 attack
 */
export function settlePolarity(
  lines: readonly LabelLine[],
  told: (line: LabelLine) => 0 | 1 | undefined,
  otherwise: 0 | 1,
  findings: Findings,
): { readonly live: 0 | 1; readonly lines: readonly LabelLine[] } {
  const evidence = lines.map((line) => told(line));
  const straight = lines.filter(({ value }, i) => evidence[i] === value).length;
  const turned = lines.filter(({ value }, i) => evidence[i] === 1 - value).length;
  const live = straight === turned ? otherwise : straight > turned ? 1 : 0;
  const means = (value: 0 | 1) => (value === live ? 1 : 0);
  const contrary = lines.filter(({ value }, i) => evidence[i] !== undefined && evidence[i] !== means(value));
  findings.leaveOutAll(
    'label',
    contrary.map(({ where, paths: [path], value }) => `${path} (${where}, label ${value})`),
    'its label contradicts the path',
    (n) => `${n} ${n === 1 ? 'line contradicts' : 'lines contradict'} the path, left out`,
  );
  const left = new Set(contrary);
  return { live, lines: lines.filter((line) => !left.has(line)) };
}
