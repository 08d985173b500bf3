/**
 * Names for the folders of clips that share a parent, from their ids (paths): the file's name without its extension, preceded by as many of its folders
 * as it takes, joined by `_`, for all to differ even where case does not count. `1/1.avi` and `2/1.avi` become `1_1` and `2_1`.
 */
export function clipNames(ids: readonly string[]): string[] {
  const parts = ids.map((id) =>
    id
      .replace(/\.[^./]*$/, '')
      .split('/')
      .filter((part) => part !== '')
      .map(fileName),
  );
  const longest = Math.max(1, ...parts.map(({ length }) => length));
  for (let depth = 1; depth <= longest; depth++) {
    const names = parts.map((those) => those.slice(-depth).join('_'));
    if (allDiffer(names)) return names;
  }
  // Files that differ only in their extension, or in case.
  const whole = ids.map((id) => id.split('/').map(fileName).join('_'));
  if (allDiffer(whole)) return whole;
  const seen = new Map<string, number>();
  return whole.map((name) => {
    const times = (seen.get(name.toLowerCase()) ?? 0) + 1;
    seen.set(name.toLowerCase(), times);
    return times === 1 ? name : `${name}~${times}`;
  });
}

function allDiffer(names: readonly string[]): boolean {
  return new Set(names.map((name) => name.toLowerCase())).size === names.length;
}

/** A name that every file system accepts; letters of all alphabets stay. Never hidden, never `..`. */
export function fileName(text: string): string {
  const clean = text
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
    .replaceAll(/[\u0000-\u001f<>:"|?*\\/]/g, '_')
    .replace(/^[. ]+/, '_')
    .replace(/[. ]+$/, '_');
  return clean === '' ? '_' : clean;
}
