import { type FileHandle, open, stat } from 'node:fs/promises';

/** Size and rotation of a video file from its header, read without a decoder. */
export interface VideoHeader {
  /** In pixels, as shown: after the file's own rotation. */
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise by which players rotate the stored frames. */
  readonly turn: 0 | 90 | 180 | 270;
}

/** Largest index (`moov`) that is read, in bytes: those of the data sets have some 100 KB. */
const mostIndex = 64 * 2 ** 20;

/**
 * Size and rotation of a QuickTime, MP4 or AVI file; undefined for other or broken files.
 *
 * QuickTime File Format Specification (2012), "Track Header Atoms": the display matrix [a b u; c d v; x y w] in 16.16 fixed point, (a, b) being
 * (1, 0), (0, 1), (-1, 0), (0, -1) for rotations of 0, 90, 180 and 270 degrees clockwise. AVI: `avih` in the first list of the RIFF file.
 */
export async function readVideoHeader(path: string): Promise<VideoHeader | undefined> {
  return withFile(path, async (file, size) => {
    const head = await bytesAt(file, 0, 72);
    if (isAvi(head)) return text(head, 24) === 'avih' ? { width: head.readUInt32LE(64), height: head.readUInt32LE(68), turn: 0 } : undefined;
    for await (const box of topLevel(file, size)) {
      if (box.type === 'moov' && box.end <= size && box.end - box.start <= mostIndex) return headerOf(await bytesAt(file, box.start, box.end - box.start));
    }
    return undefined;
  });
}

/** True where a QuickTime, MP4, AVI, Matroska or WebM file is shorter than it announces, or a QuickTime or MP4 file has lost its index. */
export async function isCutOff(path: string): Promise<boolean> {
  const cut = await withFile(path, async (file, size) => {
    const head = await bytesAt(file, 0, 12);
    // A chunk of odd length may lack its padding byte at the end.
    if (isAvi(head)) return head.readUInt32LE(4) !== unknownLength && head.readUInt32LE(4) + 8 > size + 1;
    if (head.readUInt32BE(0) === ebml) return endOfSegment(await bytesAt(file, 0, 4096)) > size;
    if (text(head, 4) !== 'ftyp' && text(head, 4) !== 'moov' && text(head, 4) !== 'mdat' && text(head, 4) !== 'wide') return false;
    let index = false;
    for await (const box of topLevel(file, size)) {
      // What follows the last box may be anything: only a box that holds pictures or the index counts.
      if (box.end > size && /^(mdat|moov|moof)$/.test(box.type)) return true;
      index ||= box.type === 'moov';
    }
    return !index;
  });
  return cut ?? false;
}

/** Of files whose writer did not know it. */
const unknownLength = 0xffffffff;
const ebml = 0x1a45dfa3;
const segment = 0x18538067;

/** Where a Matroska file's segment ends (RFC 8794, 8.1); 0 where it does not say: recordings that a browser streams. */
function endOfSegment(head: Buffer): number {
  const header = lengthAt(head, 4);
  if (!header || header.after + header.value + 12 > head.length) return 0;
  const at = header.after + header.value;
  if (head.readUInt32BE(at) !== segment) return 0;
  const length = lengthAt(head, at + 4);
  return length ? length.after + length.value : 0;
}

/** A variable-length integer, and where it ends; undefined where all its bits are set, which means unknown. */
function lengthAt(bytes: Buffer, at: number): { readonly value: number; readonly after: number } | undefined {
  const first = bytes[at] ?? 0;
  const count = Math.clz32(first) - 23;
  if (count > 8 || at + count > bytes.length) return undefined;
  let value = first & (0xff >> count);
  let unknown = value === 0xff >> count;
  for (let i = 1; i < count; i++) {
    value = value * 256 + (bytes[at + i] as number);
    unknown &&= bytes[at + i] === 0xff;
  }
  return unknown ? undefined : { value, after: at + count };
}

async function withFile<T>(path: string, read: (file: FileHandle, size: number) => Promise<T>): Promise<T | undefined> {
  // Opening a pipe would wait for its writer.
  if (!(await stat(path).catch(() => undefined))?.isFile()) return undefined;
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    return await read(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}

interface FileBox {
  readonly type: string;
  /** Position of the content, in bytes of the file. */
  readonly start: number;
  readonly end: number;
}

async function* topLevel(file: FileHandle, size: number): AsyncGenerator<FileBox> {
  for (let at = 0; at + 8 <= size; ) {
    const head = await bytesAt(file, at, 16);
    const short = head.readUInt32BE(0);
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    if (length < 8) return;
    yield { type: text(head, 4), start: at + (short === 1 ? 16 : 8), end: at + length };
    at += length;
  }
}

/** Of the first video track in the content of a `moov` box. */
function headerOf(moov: Buffer): VideoHeader | undefined {
  for (const track of inside(moov, 'trak')) {
    const [handler] = inside(track, 'mdia').flatMap((media) => inside(media, 'hdlr'));
    const [header] = inside(track, 'tkhd');
    if (!handler || !header || text(handler, 8) !== 'vide') continue;
    const matrix = header[0] === 1 ? 52 : 40;
    if (header.length < matrix + 44) return undefined;
    const [width, height] = [header.readUInt32BE(matrix + 36) / 65536, header.readUInt32BE(matrix + 40) / 65536];
    const [a, b] = [Math.sign(header.readInt32BE(matrix)), Math.sign(header.readInt32BE(matrix + 4))];
    const turn = a < 0 ? 180 : a > 0 ? 0 : b > 0 ? 90 : b < 0 ? 270 : 0;
    return turn === 90 || turn === 270 ? { width: height, height: width, turn } : { width, height, turn };
  }
  return undefined;
}

/** Contents of the boxes of one type within a box. */
function inside(content: Buffer, type: string): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 8 <= content.length; ) {
    const length = content.readUInt32BE(at);
    if (length < 8) break;
    if (text(content, at + 4) === type) found.push(content.subarray(at + 8, at + length));
    at += length;
  }
  return found;
}

function isAvi(head: Buffer): boolean {
  return text(head, 0) === 'RIFF' && text(head, 8) === 'AVI ';
}

function text(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 4);
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await file.read(bytes, 0, length, at);
  return bytes;
}
