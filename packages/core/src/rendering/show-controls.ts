/**
 * Control characters that could move the cursor, change colors or titles, or turn the direction of the text; also half surrogates. Tabs and line breaks
 * are not among them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

/** Text for a terminal: `^[[2J` for the escape that clears the screen, `^G` for the bell, `\x9b` for a C1 control, `\u202e` for a turn of direction. */
export function showControls(text: string): string {
  return text.replaceAll(controls, (found) => {
    const code = found.charCodeAt(0);
    if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`;
    if (code === 0x7f) return '^?';
    return code < 0x100 ? `\\x${code.toString(16)}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** The same for text that must stay on its line, as in the cell of a table: line breaks and tabs are shown too. */
export function showOnOneLine(text: string): string {
  return showControls(text).replaceAll('\n', '^J').replaceAll('\t', '^I');
}
