/** A kind of picture file, and how to recognize it. */
export interface ImageKind {
  /** As people call it: `JPEG`. */
  readonly name: string;
  /** Endings of file names, in lower case without the dot, the usual one first. */
  readonly endings: readonly string[];
  /** Whether a file begins like this kind; `head` holds its first 32 bytes, or all of a shorter file. */
  readonly begins: (head: Uint8Array) => boolean;
  /** Whether a file holds moving pictures, for kinds whose decoder does not tell. */
  readonly isSequence?: (bytes: Uint8Array) => boolean;
}

/** Every kind of picture that is read, wherever pictures are looked for. */
const imageKinds: readonly ImageKind[] = [
  { name: 'JPEG', endings: ['jpg', 'jpeg', 'jpe', 'jfif'], begins: (head) => startsWith(head, [0xff, 0xd8, 0xff]) },
  { name: 'PNG', endings: ['png'], begins: (head) => startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), isSequence: isAnimatedPng },
  { name: 'WebP', endings: ['webp'], begins: (head) => text(head, 0, 4) === 'RIFF' && text(head, 8, 12) === 'WEBP' },
  { name: 'TIFF', endings: ['tif', 'tiff'], begins: (head) => /^(II[*+]\0|MM\0[*+])/.test(text(head, 0, 4)) },
  {
    name: 'AVIF',
    endings: ['avif'],
    begins: (head) => /^avi[fs]$/.test(brand(head)) || (/^(mif1|msf1)$/.test(brand(head)) && /avi[fs]/.test(text(head, 16, 32))),
    isSequence: (bytes) => brand(bytes) === 'avis',
  },
  { name: 'BMP', endings: ['bmp'], begins: (head) => text(head, 0, 2) === 'BM' && head.length >= 26 && startsWith(head.subarray(6), [0, 0, 0, 0]) },
  { name: 'GIF', endings: ['gif'], begins: (head) => /^GIF8[79]a$/.test(text(head, 0, 6)) },
];

/** Their names, for messages: `JPEG, PNG, ... or GIF`. */
export const imageKindNames = `${imageKinds
  .slice(0, -1)
  .map(({ name }) => name)
  .join(', ')} or ${imageKinds.at(-1)?.name}`;

/** The endings of picture files that are read, as a source for regular expressions: `jpg|jpeg|...`. */
export const imageEndings = imageKinds.flatMap(({ endings }) => endings).join('|');

/** Matches the names of picture files that are read, in any case. */
export const imageEnding = new RegExp(`\\.(?:${imageEndings})$`, 'i');

/** Pictures that are not read, by name, with how they become pictures that are. */
const otherPictures: readonly { readonly name: string; readonly endings: readonly string[]; readonly begins?: ImageKind['begins']; readonly remedy: string }[] =
  [
    {
      name: 'HEIC',
      endings: ['heic', 'heif', 'hif', 'heics'],
      begins: (head) => /^(hei[cxms]|hev[cxms])$/.test(brand(head)) || (/^(mif1|msf1)$/.test(brand(head)) && !/avi[fs]/.test(text(head, 16, 32))),
      remedy: 'convert it to JPEG or PNG (heif-convert photo.heic photo.jpg)',
    },
    { name: 'JPEG XL', endings: ['jxl'], begins: (head) => startsWith(head, [0xff, 0x0a]) || text(head, 4, 8) === 'JXL ', remedy: 'convert it to PNG' },
    { name: 'JPEG 2000', endings: ['jp2', 'j2k', 'jpx', 'jpf'], begins: (head) => text(head, 4, 8) === 'jP  ', remedy: 'convert it to PNG' },
    {
      name: "a camera's raw format",
      endings: ['dng', 'cr2', 'cr3', 'nef', 'arw', 'raf', 'orf', 'rw2', 'pef', 'srw'],
      remedy: 'develop it to JPEG, PNG or TIFF',
    },
    { name: 'Photoshop', endings: ['psd'], begins: (head) => text(head, 0, 4) === '8BPS', remedy: 'export it as PNG' },
    { name: 'SVG', endings: ['svg', 'svgz'], begins: (head) => /^\s*(<\?xml|<svg)/.test(text(head, 0, 32)), remedy: 'export it as PNG' },
    { name: 'PDF', endings: ['pdf'], begins: (head) => text(head, 0, 5) === '%PDF-', remedy: 'export it as PNG' },
    { name: 'a portable pixmap', endings: ['ppm', 'pgm', 'pbm', 'pnm', 'pam'], remedy: 'convert it to PNG' },
    { name: 'OpenEXR', endings: ['exr'], begins: (head) => startsWith(head, [0x76, 0x2f, 0x31, 0x01]), remedy: 'convert it to PNG' },
    { name: 'Radiance HDR', endings: ['hdr'], begins: (head) => text(head, 0, 2) === '#?', remedy: 'convert it to PNG' },
    { name: 'Targa', endings: ['tga'], remedy: 'convert it to PNG' },
  ];

/** Endings of video files, as a source for regular expressions. */
const videoEndings = 'mov|qt|mp4|m4v|avi|divx|mkv|webm|mpe?g|m[12]v|vob|wmv|asf|3gp|3g2|m?ts|m2ts|flv|f4v|ogv';

/** Matches the names of video files, in any case. */
export const videoEnding = new RegExp(`\\.(?:${videoEndings})$`, 'i');

/** Videos that are not read, by the endings of their names. */
const otherVideos: readonly (readonly [endings: RegExp, why: string])[] = [
  [/\.(?:h26[45]|26[45]|avc|hevc|y4m)$/i, 'it is a video without a container, which is not read: put it into one (ffmpeg -i clip.h264 -c copy clip.mp4)'],
  [/\.(?:mxf|rm|rmvb|yuv|braw|r3d|dav)$/i, 'it is a video of a kind that is not read: convert it to MP4'],
  [/\.(?:m3u8?|mpd)$/i, 'it is a playlist, which names other files: download the video itself'],
];

/** Why a file that looks like a video is not read as one; undefined for those that are read, and for other files. */
export function whyVideoIsNotRead(name: string): string | undefined {
  return otherVideos.find(([endings]) => endings.test(name))?.[1];
}

/** The kind that people call so. */
export function kindNamed(name: string): ImageKind | undefined {
  return imageKinds.find((kind) => kind.name === name);
}

/** The kind of picture that a file's first bytes say; undefined for one that is not read. */
export function imageKindOf(head: Uint8Array): ImageKind | undefined {
  return imageKinds.find(({ begins }) => begins(head));
}

/**
 * Why a file that looks like a picture or a video is not read as a picture: `it is HEIC, which is not read: convert it to JPEG or PNG`. Undefined for
 * names of pictures that are read, and of files that are neither.
 */
export function whyNotRead(name: string): string | undefined {
  if (imageEnding.test(name)) return undefined;
  if (videoEnding.test(name)) return 'it is a video, which is not read here: gradalign data prepare makes pictures of its frames';
  const ending = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const kind = otherPictures.find(({ endings }) => endings.includes(ending));
  return kind && ending !== 'pdf' ? notRead(kind) : undefined;
}

/** What a file is by its first bytes where that is no picture that is read; undefined where the bytes say nothing. */
export function whyContentIsNotRead(head: Uint8Array): string | undefined {
  if (text(head, 0, 8) === 'version ' && text(head, 8, 27) === 'https://git-lfs.git') return 'it is a pointer of git-lfs, not the picture: run git lfs pull';
  const kind = otherPictures.find(({ begins }) => begins?.(head));
  if (kind) return notRead(kind);
  const video = text(head, 4, 8) === 'ftyp' || (text(head, 0, 4) === 'RIFF' && text(head, 8, 12) === 'AVI ') || startsWith(head, [0x1a, 0x45, 0xdf, 0xa3]);
  if (video) return 'its content is a video, which is not read here: gradalign data prepare makes pictures of its frames';
  return /^\s*(<!doctype html|<html)/i.test(text(head, 0, 32)) ? 'its content is a web page, such as one that a failed download leaves' : undefined;
}

/** Its chunk acTL stands before the first picture (PNG, third edition, 11.3.6.1). */
function isAnimatedPng(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const name = text(bytes, at + 4, at + 8);
    if (name === 'acTL' || name === 'IDAT') return name === 'acTL';
  }
  return false;
}

function notRead({ name, remedy }: { readonly name: string; readonly remedy: string }): string {
  return `it is ${name}, which is not read: ${remedy}`;
}

/** The main brand of a file of the ISO base media format (`heic`, `avif`, `mp42`); empty for other files. */
function brand(head: Uint8Array): string {
  return text(head, 4, 8) === 'ftyp' ? text(head, 8, 12) : '';
}

function text(head: Uint8Array, from: number, to: number): string {
  return Buffer.from(head.subarray(from, to)).toString('latin1');
}

function startsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => head[i] === byte);
}
