import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { EngineError } from '../contracts/engine-error.ts';

/** One file within a zip archive. */
export interface ZipMember {
  readonly name: string;
  /** 0: stored, 8: deflated */
  readonly method: number;
  readonly crc32: number;
  /** Compressed size, bytes. */
  readonly packed: number;
  /** Uncompressed size, bytes. */
  readonly size: number;
  /** Of the member's local header in the archive, bytes. */
  readonly offset: number;
}

/** An archive that is open: what was checked and what is unpacked are the same file, whatever its name leads to meanwhile. */
export interface OpenArchive {
  /** For messages. */
  readonly file: string;
  readonly handle: FileHandle;
}

const endRecord = { signature: 0x06054b50, length: 22, longestComment: 0xffff };
const directoryEntry = { signature: 0x02014b50, length: 46 };
const localHeader = { signature: 0x04034b50, length: 30 };

/**
 * The members of a zip archive by name, from its central directory (PKWARE's APPNOTE, 4.3). A wheel is a zip archive. The
 * 64-bit extension for archives above 4 GB is rejected: no pinned wheel uses it.
 */
export async function readZipDirectory({ file, handle: archive }: OpenArchive): Promise<Map<string, ZipMember>> {
  const end = await readEndRecord(archive, file);
  const count = end.readUInt16LE(10);
  const length = end.readUInt32LE(12);
  const start = end.readUInt32LE(16);
  if (count === 0xffff || start === 0xffffffff) throw unreadable(file, 'it is a 64-bit archive, expected one of less than 4 GB');
  const directory = await read(archive, start, length, file);
  const members = new Map<string, ZipMember>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + directoryEntry.length > length || directory.readUInt32LE(at) !== directoryEntry.signature) {
      throw unreadable(file, `its directory ends after ${index} of ${count} members, expected a complete archive`);
    }
    const nameLength = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + directoryEntry.length, at + directoryEntry.length + nameLength);
    members.set(name, {
      name,
      method: directory.readUInt16LE(at + 10),
      crc32: directory.readUInt32LE(at + 16),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += directoryEntry.length + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return members;
}

/** Unpacks a member to `target`, which must not exist, and returns its SHA-256. @throws EngineError if its size or checksum is wrong. */
export async function extractZipMember(
  archive: OpenArchive,
  member: ZipMember,
  target: string,
  signal?: AbortSignal,
  onBytes?: (count: number) => void,
): Promise<string> {
  const { file, handle } = archive;
  if (member.method !== 0 && member.method !== 8) throw unreadable(file, `${member.name} is compressed with method ${member.method}, expected 0 or 8`);
  const start = await contentStart(archive, member);
  const sha256 = createHash('sha256');
  let size = 0;
  let checksum = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      checksum = crc32(chunk, checksum);
      sha256.update(chunk);
      onBytes?.(chunk.length);
      done(null, chunk);
    },
  });
  const source = handle.createReadStream({ start, end: start + Math.max(member.packed, 1) - 1, highWaterMark: 1 << 20, autoClose: false });
  const unpack = member.method === 8 ? [createInflateRaw({ chunkSize: 1 << 20 })] : [];
  const sink = createWriteStream(target, { flags: 'wx', flush: true });
  try {
    if (member.packed === 0) await pipeline([], measure, sink);
    else await pipeline([source, ...unpack, measure, sink], signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw unreadable(file, `${member.name} does not unpack (${(error as Error).message}), expected an intact archive`);
  }
  if (size !== member.size || checksum !== member.crc32) {
    throw unreadable(file, `${member.name} unpacks to ${size} bytes with checksum ${checksum}, expected ${member.size} bytes with ${member.crc32}`);
  }
  return sha256.digest('hex');
}

/** The last record of the archive, before a comment of unknown length. */
async function readEndRecord(archive: FileHandle, file: string): Promise<Buffer> {
  const { size } = await archive.stat();
  const length = Math.min(size, endRecord.length + endRecord.longestComment);
  const tail = await read(archive, size - length, length, file);
  for (let at = length - endRecord.length; at >= 0; at--) {
    if (tail.readUInt32LE(at) === endRecord.signature) return tail.subarray(at, at + endRecord.length);
  }
  throw unreadable(file, 'it has no end record, expected a complete zip archive');
}

async function contentStart({ file, handle: archive }: OpenArchive, member: ZipMember): Promise<number> {
  const header = await read(archive, member.offset, localHeader.length, file);
  if (header.readUInt32LE(0) !== localHeader.signature) throw unreadable(file, `${member.name} is not where the directory says, expected an intact archive`);
  return member.offset + localHeader.length + header.readUInt16LE(26) + header.readUInt16LE(28);
}

async function read(archive: FileHandle, position: number, length: number, file: string): Promise<Buffer> {
  const { size } = await archive.stat();
  if (position + length > size) throw unreadable(file, `it ends at ${size} bytes but refers to byte ${position + length}, expected a complete zip archive`);
  const buffer = Buffer.alloc(length);
  await archive.read(buffer, 0, length, position);
  return buffer;
}

function unreadable(file: string, why: string): EngineError {
  return new EngineError(`Cannot unpack ${file}: ${why}.`);
}
