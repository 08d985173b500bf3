/** Longest name in bytes of UTF-8: with what is put beside it, it still fits the 255 of a file name. */
const maxBytes = 100;
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * Why a name of a domain, a method or the like cannot be the name of a file or a folder, here or on another system that a run is moved to; undefined
 * where it can.
 */
export function unsafeName(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (/[/\\]/.test(name)) return 'it has a separator of paths in it';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(name)) return 'it has a control character in it';
  if (/\p{Cs}/u.test(name)) return 'it is not valid Unicode';
  if (/[<>:"|?*]/.test(name)) return `it has ${/[<>:"|?*]/.exec(name)?.[0]} in it, which names of files on Windows cannot have`;
  if (name.startsWith('.')) return 'it begins with a dot';
  if (/[.\s]$|^\s/.test(name)) return `it ${/^\s/.test(name) ? 'begins with a space' : name.endsWith('.') ? 'ends with a dot' : 'ends with a space'}`;
  if (reserved.test(name)) return 'Windows keeps this name for a device';
  const bytes = Buffer.byteLength(name);
  return bytes > maxBytes ? `it has ${bytes} bytes` : undefined;
}

/** What a name should be, for messages after the reason. */
export const safeNameExpected = `a name that a file can have on any system, of at most ${maxBytes} bytes`;

/** Two names with the same key are one file on systems that ignore case or the composition of letters. */
export function fileNameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
