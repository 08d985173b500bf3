/** Longer names are cut. */
const longest = 60;

/** The description of an ICC profile (ICC.1:2022, 9.2.41; ICC.1:2001-04, 6.5.17); `without a name` where it has none that can be read. */
export function profileName(icc: Uint8Array): string {
  const view = new DataView(icc.buffer, icc.byteOffset, icc.length);
  const none = 'without a name';
  if (icc.length < 132) return none;
  const tags = Math.min(view.getUint32(128), 100);
  for (let i = 0; i < tags && 144 + 12 * i <= icc.length; i++) {
    const at = 132 + 12 * i;
    if (text(icc, at, 4) !== 'desc') continue;
    const start = view.getUint32(at + 4);
    if (start + 28 > icc.length) return none;
    const name = text(icc, start, 4) === 'mluc' ? localized(icc, view, start) : text(icc, start + 12, Math.min(view.getUint32(start + 8), longest));
    // Names come from files: only what a terminal can show.
    const shown = name
      .replace(/[^\x20-\x7e\u00a0-\uffff]/g, '')
      .replaceAll(/[;,]/g, ' ')
      .trim();
    return shown === '' ? none : shown.slice(0, longest);
  }
  return none;
}

/** The first of its translations, UTF-16. */
function localized(icc: Uint8Array, view: DataView, start: number): string {
  const [length, offset] = [view.getUint32(start + 20), view.getUint32(start + 24)];
  const bytes = Buffer.from(icc.subarray(start + offset, start + offset + Math.min(length, 2 * longest)));
  return bytes
    .subarray(0, bytes.length & ~1)
    .swap16()
    .toString('utf16le');
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.subarray(at, at + length)).toString('latin1');
}
