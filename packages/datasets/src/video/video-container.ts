import { open, stat } from 'node:fs/promises';
import { BrokenClipError } from './broken-clip-error.ts';

/**
 * The demuxer for a video file, by its first bytes. ffmpeg must not choose it: lists (HLS, DASH, concat) open other files, whatever their own name is.
 *
 * @throws BrokenClipError where the file is missing, empty, not a regular file, or not a container that is read
 */
export async function videoDemuxer(path: string): Promise<string> {
  const head = await firstBytes(path);
  const found = containers.find(({ holds }) => holds(head));
  if (found) return found.demuxer;
  const other = lists.find(({ begins }) => begins.test(head.toString('latin1').replace(/^\xef\xbb\xbf/, '')));
  throw new BrokenClipError(
    `it is not a readable video (${other ? `its content is ${other.what}` : 'its content is of no container that is read'}; read are MP4, QuickTime, AVI, Matroska, WebM, MPEG, ASF, FLV and Ogg)`,
    { problem: 'type' },
  );
}

/** Options of ffmpeg and ffprobe before an input: this demuxer and no other, this file and no other, no picture of more pixels than an image may have. */
export function inputOptions(demuxer: string, maxPixels = maxFramePixels): readonly string[] {
  return ['-f', demuxer, '-protocol_whitelist', 'file', '-format_whitelist', demuxer, '-max_pixels', String(maxPixels)];
}

/** As many as an image may have. */
const maxFramePixels = 2 ** 27;

const at = (offset: number, text: string) => (head: Buffer) => head.toString('latin1', offset, offset + text.length) === text;
const syncByte = 0x47;

const containers: readonly { readonly demuxer: string; readonly holds: (head: Buffer) => boolean }[] = [
  { demuxer: 'mov', holds: (head) => ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot', 'moof', 'styp'].some((type) => at(4, type)(head)) },
  { demuxer: 'avi', holds: (head) => at(0, 'RIFF')(head) && (at(8, 'AVI ')(head) || at(8, 'AVIX')(head)) },
  { demuxer: 'matroska', holds: at(0, '\x1a\x45\xdf\xa3') },
  { demuxer: 'mpeg', holds: at(0, '\0\0\x01\xba') },
  { demuxer: 'mpegvideo', holds: at(0, '\0\0\x01\xb3') },
  { demuxer: 'asf', holds: at(0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11') },
  { demuxer: 'flv', holds: at(0, 'FLV') },
  { demuxer: 'ogg', holds: at(0, 'OggS') },
  {
    demuxer: 'mpegts',
    holds: (head) =>
      [
        [0, 188],
        [4, 192],
        [0, 204],
      ].some(([from = 0, step = 0]) => [0, 1, 2].every((i) => head[from + i * step] === syncByte)),
  },
];

/** What else is found under a video's name. */
const lists: readonly { readonly begins: RegExp; readonly what: string }[] = [
  { begins: /^\s*#EXTM3U/, what: 'an HLS playlist, which names other files' },
  { begins: /^\s*ffconcat version|^\s*file\s+\S/, what: 'a concat list, which names other files' },
  { begins: /^\s*<[\s\S]*?\bMPD\b/, what: 'a DASH manifest, which names other files' },
  { begins: /^\s*<[\s\S]*?<?svg\b/i, what: 'an SVG drawing' },
  { begins: /^version https:\/\/git-lfs\./, what: 'a pointer of git-lfs: fetch the file with git lfs pull' },
  { begins: /^\s*<(!DOCTYPE )?html/i, what: 'a web page' },
  { begins: /^PK[^a-z]/, what: 'a ZIP archive' },
  { begins: /^(\xff\xd8\xff|\x89PNG|GIF8)/, what: 'a picture' },
];

async function firstBytes(path: string): Promise<Buffer> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new BrokenClipError(
      error.code === 'ENOENT' ? 'the file does not exist' : error.code === 'EACCES' ? 'permission to read it is denied' : error.message,
    );
  });
  if (!found.isFile()) throw new BrokenClipError('it is not a regular file');
  if (found.size === 0) throw new BrokenClipError('the file is empty');
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new BrokenClipError(error.code === 'EACCES' ? 'permission to read it is denied' : error.message);
  });
  try {
    const head = Buffer.alloc(1024);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
