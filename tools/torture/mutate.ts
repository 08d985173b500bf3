import type { Random } from './random.ts';

/** Pieces that parsers stumble over, besides those a format adds. */
const pieces = [
  '\0',
  '\n',
  '\r\n',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '&a ',
  '*a',
  '<<: ',
  '- ',
  '!!js/function ',
  ['$', '{HOME}'].join(''),
  '%YAML 1.1\n',
  '---\n',
  '__proto__',
  'constructor',
  '-1',
  '0',
  '1e309',
  'NaN',
  '9007199254740993',
  '99999999999999999999',
  'null',
  'true',
  '\x1b[2J',
  '\u202e',
  '\ufeff',
  '../',
  '\xff\xfe',
  '\xff\xff\xff\xff',
  '\x00\x00\x00\x80',
].map((text) => Buffer.from(text, 'latin1'));

/** One to four changes: a bit or byte flipped, a piece cut out, doubled, zeroed, moved or put in, or the end cut off. */
export function mutate(original: Uint8Array, random: Random, more: readonly Buffer[] = []): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let left = 1 + random.below(4); left > 0; left--) bytes = change(bytes, random, more.length > 0 && random.below(2) === 0 ? more : pieces);
  return bytes;
}

function change(bytes: Buffer, random: Random, inserted: readonly Buffer[]): Buffer {
  const at = random.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + random.below(random.pick([4, 64, 4096])));
  switch (random.below(8)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), random.pick(inserted), bytes.subarray(at)]);
    case 4:
      return Buffer.from(bytes).fill(0, at, end);
    case 5: {
      const piece = random.pick(inserted);
      const out = Buffer.from(bytes);
      piece.copy(out, at);
      return out;
    }
    default: {
      const out = Buffer.from(bytes);
      if (at < out.length) out[at] = random.below(2) === 0 ? random.below(256) : (out[at] as number) ^ (1 << random.below(8));
      return out;
    }
  }
}
