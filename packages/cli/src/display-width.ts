/** Made when it is first needed: most texts are ASCII, and it takes as long as a small module to load. */
let segmenter: Intl.Segmenter | undefined;

/** Characters that people see as one, with their marks and joiners. */
function charactersOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
}

const isAscii = (text: string): boolean => /^[ -~]*$/.test(text);

/** Those that a terminal draws two columns wide: East Asian wide and fullwidth ones (Unicode, annex 11, in ranges), and pictures. */
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f)/u;

/** Columns that a text without control characters takes on a terminal. */
export function displayWidth(text: string): number {
  if (isAscii(text)) return text.length;
  let width = 0;
  for (const { segment } of charactersOf(text)) width += widthOf(segment);
  return width;
}

/** The text, cut at its end to at most so many columns; a character that is two wide is left out whole. */
export function cutToWidth(text: string, columns: number): string {
  if (isAscii(text)) return text.slice(0, Math.max(0, columns));
  let width = 0;
  for (const { segment, index } of charactersOf(text)) {
    width += widthOf(segment);
    if (width > columns) return text.slice(0, index);
  }
  return text;
}

/** The text in at most so many columns, with `…` where its middle is left out: names often differ at the end. */
export function shortenInMiddle(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return '';
  const end = Math.floor((columns - 1) / 2);
  const reversed = [...charactersOf(text)].map(({ segment }) => segment).reverse();
  let tail = '';
  for (const segment of reversed) {
    if (displayWidth(segment + tail) > end) break;
    tail = segment + tail;
  }
  return `${cutToWidth(text, columns - 1 - end)}…${tail}`;
}

function widthOf(character: string): number {
  if (/^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
