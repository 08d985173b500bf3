/** What the trials of a search draw one value of an experiment from. Bounds are included. Plain JSON. */
export type SearchRange =
  /** Evenly on a logarithmic scale; both bounds > 0. */
  | { readonly log: Bounds }
  | { readonly linear: Bounds }
  /** Whole numbers. */
  | { readonly integer: Bounds }
  /** One of two or more values. */
  | { readonly choice: readonly unknown[] };

/** From and to. */
export type Bounds = readonly [number, number];

/** Path in the experiment to range. */
export type SearchRanges = Readonly<Record<string, SearchRange>>;

/** Path in the experiment to value. */
export type Settings = Readonly<Record<string, unknown>>;

/** `log 0.01 to 0.5`, `one of a, b`. */
export function describeRange(range: SearchRange): string {
  if ('choice' in range) return `one of ${range.choice.map(settingText).join(', ')}`;
  const [[kind, [from, to]]] = Object.entries(range) as [[string, Bounds]];
  return `${kind} ${from} to ${to}`;
}

/** The value of a setting as it is written: text without quotes. */
export function settingText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
