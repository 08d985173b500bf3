/** Options of an item from `--set key=value`: numbers, true/false, and JSON objects and lists where the text is one. */
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
  if (/^[{[]/.test(text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}
