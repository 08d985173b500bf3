import { crc32, inflateRawSync } from 'node:zlib';
import { fileProblem } from './file-problem.ts';

/** A zip archive in memory. Nothing is unpacked before it is asked for. */
export interface ZipArchive {
  /** In the order of the directory. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Size of the content, bytes, as the directory says. */
  size(name: string): number;
  /** The content. @throws UserError if it is damaged or not as long as the directory says. */
  read(name: string): Buffer;
}

interface Member {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** Tensors hardly compress: more than this is no weight file. */
const mostTimesTheFile = 200;
const mostMembers = 100_000;
const none = 0xffffffff;

/**
 * Reads the directory of a zip archive (PKWARE's APPNOTE, 4.3, with 64-bit sizes, as PyTorch and NumPy write it). Refuses what is encrypted, cut off, has
 * members that overlap or a name twice, or claims to unpack to far more than the file.
 */
export function openZip(bytes: Buffer, file: string): ZipArchive {
  const refuse = (is: string) => fileProblem(file, is, 'an intact archive');
  const members = new Map<string, Member>();
  const { count, start, length } = directoryOf(bytes, refuse);
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > start + length || bytes.readUInt32LE(at) !== 0x02014b50) throw refuse(`its directory ends after ${i} of ${count} members`);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field)) as [number, number, number];
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > start + length) throw refuse(`its directory ends after ${i} of ${count} members`);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    if (members.has(name)) throw refuse(`it has two members called ${name}`);
    if (bytes.readUInt16LE(at + 8) & 1) throw refuse(`its member ${name} is encrypted`);
    members.set(name, memberAt(bytes, at, bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength)));
    at = next;
  }
  checkSizes(members, start, bytes.length, refuse);
  const find = (name: string): Member => {
    const member = members.get(name);
    if (!member) throw refuse(`it has no member ${name}`);
    return member;
  };
  return {
    names: [...members.keys()],
    has: (name) => members.has(name),
    size: (name) => find(name).size,
    read: (name) => contentOf(bytes, name, find(name), refuse),
  };
}

type Refuse = (is: string) => Error;

function directoryOf(bytes: Buffer, refuse: Refuse): { count: number; start: number; length: number } {
  let end = bytes.length - 22;
  while (end >= 0 && end >= bytes.length - 22 - 0xffff && bytes.readUInt32LE(end) !== 0x06054b50) end--;
  if (end < 0 || bytes.readUInt32LE(end) !== 0x06054b50) throw refuse('its end is missing: it is cut off');
  let [count, length, start] = [bytes.readUInt16LE(end + 10), bytes.readUInt32LE(end + 12), bytes.readUInt32LE(end + 16)];
  if ((count === 0xffff || start === none || length === none) && end >= 20 && bytes.readUInt32LE(end - 20) === 0x07064b50) {
    const record = Number(bytes.readBigUInt64LE(end - 20 + 8));
    if (!(record + 56 <= bytes.length) || bytes.readUInt32LE(record) !== 0x06064b50) throw refuse('its 64-bit end record is damaged');
    [count, length, start] = [32, 40, 48].map((field) => Number(bytes.readBigUInt64LE(record + field))) as [number, number, number];
  }
  if (count > mostMembers) throw refuse(`it would have ${count} members`);
  if (!(start + length <= bytes.length)) throw refuse(`its directory lies beyond its end (${bytes.length} bytes)`);
  return { count, start, length };
}

/** Sizes that do not fit 32 bits stand in the extra field with id 1, in this order. */
function memberAt(bytes: Buffer, at: number, extra: Buffer): Member {
  const fields = { size: bytes.readUInt32LE(at + 24), packed: bytes.readUInt32LE(at + 20), offset: bytes.readUInt32LE(at + 42) };
  for (let i = 0; i + 4 <= extra.length; ) {
    const [id, length] = [extra.readUInt16LE(i), extra.readUInt16LE(i + 2)];
    let from = i + 4;
    if (id === 1)
      for (const field of ['size', 'packed', 'offset'] as const)
        if (fields[field] === none && from + 8 <= Math.min(i + 4 + length, extra.length)) {
          fields[field] = Number(extra.readBigUInt64LE(from));
          from += 8;
        }
    i += 4 + length;
  }
  return { method: bytes.readUInt16LE(at + 10), crc: bytes.readUInt32LE(at + 16), ...fields };
}

function checkSizes(members: ReadonlyMap<string, Member>, start: number, length: number, refuse: Refuse): void {
  const sum = [...members.values()].reduce((total, { size }) => total + size, 0);
  if (sum > mostTimesTheFile * length) throw refuse(`its ${length} bytes would unpack to ${sum}`);
  let end = 0;
  for (const [name, { offset, packed }] of [...members].sort((a, b) => a[1].offset - b[1].offset)) {
    if (offset < end) throw refuse(`its member ${name} overlaps the one before`);
    end = offset + 30 + packed;
    if (!(end <= start)) throw refuse(`its member ${name} lies beyond the archive's content`);
  }
}

function contentOf(bytes: Buffer, name: string, { method, crc, packed, size, offset }: Member, refuse: Refuse): Buffer {
  if (bytes.readUInt32LE(offset) !== 0x04034b50) throw refuse(`its member ${name} is not where the directory says`);
  const begin = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const stored = bytes.subarray(begin, begin + packed);
  if (stored.length !== packed) throw refuse(`its member ${name} is cut off`);
  if (method !== 0 && method !== 8) throw refuse(`its member ${name} is compressed by method ${method}, which is not read here`);
  let content = stored;
  if (method === 8) {
    try {
      content = inflateRawSync(stored, { maxOutputLength: Math.max(size, 1) });
    } catch (error) {
      throw refuse(`its member ${name} does not unpack to ${size} bytes (${(error as Error).message})`);
    }
  }
  if (content.length !== size) throw refuse(`its member ${name} has ${content.length} bytes instead of ${size}`);
  if (crc32(content) !== crc) throw refuse(`the checksum of its member ${name} is wrong: it is damaged`);
  return content;
}
