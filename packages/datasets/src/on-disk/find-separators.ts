/** A CSV text without its line `sep=`, and what may separate its cells. */
export interface SeparatedText {
  readonly text: string;
  /** At least one; likely ones first. */
  readonly separators: readonly [string, ...string[]];
  /** The line of the file on which the text begins. */
  readonly firstLine: 1 | 2;
}

/** Those of spreadsheets. */
const usual = [',', ';', '\t', '|'];

/** Excel's first line `sep=;`, in quotes or not. */
const separatorLine = /^"?sep=([^\r\n])"?[ \t,;]*(?:\r\n|\n|\r)/i;

/** The separators of a CSV text: what its line `sep=` says, else those in its first line. */
export function findSeparators(whole: string): SeparatedText {
  const [line = '', told] = separatorLine.exec(whole) ?? [];
  if (told !== undefined) return { text: whole.slice(line.length), separators: [told], firstLine: 2 };
  const head = whole.slice(0, Math.max(whole.search(/[\r\n]/), 0) || whole.length);
  const [first = ',', ...more] = usual.filter((one) => head.includes(one));
  return { text: whole, separators: [first, ...more], firstLine: 1 };
}
