/** Text on one line: control characters are shown (`\\x1b`), line breaks are spaces. */
export function visible(text: string): string {
  return text
    .replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ')
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, (character) => `\\x${(character.codePointAt(0) as number).toString(16).padStart(2, '0')}`);
}
