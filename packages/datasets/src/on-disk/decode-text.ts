import { cannot } from '@gradalign/core';

/**
 * Text as UTF-8, or as UTF-16 where a byte order mark or its zeros say so.
 *
 * @param path named in errors
 * @throws UserError with the line of the first byte that is neither
 */
export function decodeText(bytes: Buffer, path: string): string {
  const other = notText.find(([begin]) => bytes.subarray(0, begin.length).equals(begin))?.[1];
  if (other !== undefined) throw cannot(`read ${path}`, `it is no text but ${other[0]}`, `a text file: ${other[1]}`, { exitCode: 2 });
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const at = encoding === 'utf-8' ? firstInvalid(bytes) : undefined;
    const where = at === undefined ? path : `${path}:${lineOf(bytes, at)}`;
    const is =
      at === undefined
        ? `it is not valid ${encoding.toUpperCase()}`
        : `byte ${hex(bytes[at] as number)} (${JSON.stringify(latin1(bytes, at))} in Latin-1) is not UTF-8`;
    throw cannot(`read ${where}`, is, 'UTF-8 or UTF-16: save the file again as UTF-8 (in a spreadsheet: CSV UTF-8)', { cause, exitCode: 2 });
  }
}

/** By the first bytes: what it is, and what to do. UTF-32 begins as UTF-16 does, with a byte order mark, and goes on with zeros. */
const notText: readonly (readonly [Buffer, readonly [string, string]])[] = [
  [Buffer.from('PK\x03\x04', 'latin1'), ['a ZIP archive, such as an Excel workbook', 'save it as CSV UTF-8']],
  [Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), ['an old Excel workbook', 'save it as CSV UTF-8']],
  [Buffer.from([0x1f, 0x8b]), ['compressed by gzip', 'gunzip it']],
  [Buffer.from('PAR1', 'latin1'), ['a Parquet file', 'save it as CSV UTF-8']],
  [Buffer.from([0xff, 0xfe, 0, 0]), ['UTF-32', 'save it as UTF-8']],
  [Buffer.from([0, 0, 0xfe, 0xff]), ['UTF-32', 'save it as UTF-8']],
];

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** By the byte order mark; without one, text of which every second byte is zero at its beginning is UTF-16. */
function encodingOf(bytes: Buffer): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 64);
  const zeros = (from: number) => head.length >= 4 && head.every((byte, i) => (i % 2 === from) === (byte === 0));
  if (zeros(1)) return 'utf-16le';
  return zeros(0) ? 'utf-16be' : 'utf-8';
}

/** Position of the first byte that no UTF-8 has there. */
function firstInvalid(bytes: Buffer): number {
  const decoded = Buffer.from(bytes.toString('utf8'));
  let at = 0;
  while (at < bytes.length && bytes[at] === decoded[at]) at++;
  return at;
}

function lineOf(bytes: Buffer, at: number): number {
  return bytes.toString('latin1', 0, at).split(/\r\n|\n|\r/).length;
}

/** The word around a byte. */
function latin1(bytes: Buffer, at: number): string {
  const before = /[^\s,;]*$/.exec(bytes.toString('latin1', Math.max(0, at - 20), at))?.[0] ?? '';
  const after = /^[^\s,;]*/.exec(bytes.toString('latin1', at, at + 20))?.[0] ?? '';
  return before + after;
}

function hex(byte: number): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
