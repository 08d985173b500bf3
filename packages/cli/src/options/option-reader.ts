/** Checks the values of options. What is wrong becomes a UserError with exit code 2: `Cannot <do>: --size is 'big', expected a whole number from 8 to 4096`. */
export interface OptionReader {
  /** A number in a range; both ends belong to it. */
  number(option: string, text: string, range: Range): number;
  wholeNumber(option: string, text: string, range: Range): number;
  /** One of a few names; a misspelt one gets a suggestion. */
  choice<T extends string>(option: string, text: string, known: readonly T[]): T;
  /** Throws `Cannot <do>: <is>, expected <expected>`. */
  refuse(is: string, expected: string): never;
}

interface Range {
  readonly least?: number;
  readonly most?: number;
  /** The number has to be greater than this. */
  readonly above?: number;
}

/** A reader for the options of a command that does `doing`: `measure sharpness`. */
export async function optionReader(doing: string): Promise<OptionReader> {
  const { cannot, suggestion } = await import('@gradalign/core');
  const refuse = (is: string, expected: string): never => {
    throw cannot(doing, is, expected, { exitCode: 2 });
  };
  const read = (option: string, text: string, range: Range, kind: string, fits: (value: number) => boolean): number => {
    const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, above = Number.NEGATIVE_INFINITY } = range;
    const value = Number(text);
    const valid = text.trim() !== '' && Number.isFinite(value) && value >= least && value <= most && value > above && fits(value);
    return valid ? value : refuse(`--${option} is '${text}'`, `${kind}${renderRange(range)}`);
  };
  return {
    number: (option, text, range) => read(option, text, range, 'a number', () => true),
    wholeNumber: (option, text, range) => read(option, text, range, 'a whole number', Number.isInteger),
    choice: (option, text, known) =>
      known.find((one) => one === text) ?? refuse(`--${option} is '${text}'`, `${alternatives(known)}${suggestion(text, known)}`),
    refuse,
  };
}

function renderRange({ least, most, above }: Range): string {
  if (above !== undefined) return ` > ${above}`;
  if (least === undefined) return '';
  return most === undefined ? ` >= ${least}` : ` from ${least} to ${most}`;
}

/** `print, replay or both`. */
function alternatives(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
