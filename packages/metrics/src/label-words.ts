/** Two words for the kinds, in small letters: [bona fide, attack]. */
const pairs = [
  ['true', 'false'],
  ['1', '0'],
  ['1', '-1'],
  ['real', 'attack'],
  ['real', 'fake'],
  ['real', 'spoof'],
  ['live', 'spoof'],
  ['live', 'fake'],
  ['live', 'attack'],
  ['bonafide', 'attack'],
  ['bonafide', 'spoof'],
  ['genuine', 'imposter'],
  ['genuine', 'impostor'],
  ['genuine', 'attack'],
  ['genuine', 'spoof'],
] as const;

const bonaFideWords = new Set<string>(pairs.map(([bonaFide]) => bonaFide));
const attackWords = new Set<string>(pairs.map(([, attack]) => attack));

/** What a label cell says: true for bona fide, false for an attack, undefined where it is no label of known form. */
export function labelMeaning(cell: string): boolean | undefined {
  const word = normalLabel(cell);
  return bonaFideWords.has(word) ? true : attackWords.has(word) ? false : undefined;
}

/** A label cell in the form in which labels are compared: small letters, without spaces, hyphens and a plus; 1.0 is 1. */
export function normalLabel(cell: string): string {
  const word = cell
    .trim()
    .toLowerCase()
    .replace(/^\+/, '')
    .replace(/(?<=.)[ _-]/g, '');
  return /^-?[01]\.0*$/.test(word) ? word.replace(/\.0*$/, '') : word;
}

/** The known forms, for messages. */
export const labelForms = 'true/false, 1/0, 1/-1, real/attack, live/spoof, bonafide/attack or genuine/impostor';
