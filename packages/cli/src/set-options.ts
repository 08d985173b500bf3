/** Options of an item from `--set key=value`: numbers and true/false where the text is one. */
export function setOptions(set: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    set.map((text) => {
      const at = text.indexOf('=');
      return at < 0 ? [text, true] : [text.slice(0, at), parsed(text.slice(at + 1))];
    }),
  );
}

function parsed(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}
