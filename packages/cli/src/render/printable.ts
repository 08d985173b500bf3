/** Text out of somebody's file for a terminal: control characters, which could move the cursor or hide text, are escaped. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`);
}
