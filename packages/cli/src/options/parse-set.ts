/**
 * The options that `--set name=value` gives: numbers, true and false, JSON objects and lists; everything else is text.
 *
 * @throws UserError with exit code 2 for a text without a name or a value
 */
export async function parseSet(set: readonly string[]): Promise<Record<string, unknown>> {
  const { cannot } = await import('@gradalign/core');
  return Object.fromEntries(
    set.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw cannot('set an option', `--set is '${text}'`, '<option>=<value>', { exitCode: 2 });
      return [text.slice(0, at), parseValue(text.slice(at + 1))];
    }),
  );
}

function parseValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^[{[]/.test(text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // Names need no quotes: [offset,laser].
      const names = /^\[([^[\]{}"]*)\]$/.exec(text)?.[1];
      return names === undefined ? text : names.split(',').map((one) => parseValue(one.trim()));
    }
  }
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}
