/**
 * Folder names of clips that go into one folder, from their ids (paths): the file's name without its extension, or as many of the folders before it
 * too, joined by `_`, as it takes for all to differ, also where the case of letters does not count. `1/1.avi` and `2/1.avi` become `1_1` and `2_1`.
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
  // Files that differ in their extension alone, or in case.
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

/** What every file system takes; letters of all alphabets stay. Never hidden, never a way up. */
export function fileName(text: string): string {
  const clean = text
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replaceAll(/[\u0000-\u001f<>:"|?*\\/]/g, '_')
    .replace(/^[. ]+/, '_')
    .replace(/[. ]+$/, '_');
  return clean === '' ? '_' : clean;
}
