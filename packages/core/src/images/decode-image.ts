import { readFileSync, statSync } from 'node:fs';
import type { Sharp } from 'sharp';
import type { PixelImage } from '../augmentation.ts';
import type { ImageSource, Rectangle } from '../dataset.ts';
import { UserError } from '../errors.ts';
import type { ImageSize } from './affine-map.ts';
import { decodePlainJpeg } from './decode-plain-jpeg.ts';
import { readPlainJpegHeader } from './jpeg-header.ts';
import { loadSharp } from './load-sharp.ts';

/** A picture as large as this is taken for a decompression bomb. */
const mostPixels = 1e8;
const mostBytes = 2 ** 28;
/** Reading the header of a smaller JPEG first, to decode it at part of its size, costs more than it saves. */
const worthShrinking = 2 ** 16;
const formats = 'a JPEG, PNG, WebP, TIFF, GIF or AVIF file';

/** One image cannot be read; others can. */
export class UnreadableImageError extends UserError {
  /** What is wrong with it, without its name: `the file is empty`. */
  readonly reason: string;
  constructor(what: string, is: string, expected: string, options: ErrorOptions = {}) {
    super(`Cannot read image ${what}: ${is}, expected ${expected}`, options);
    this.reason = is;
  }
}

export interface DecodeOptions {
  /** 3: sRGB. 1: its luma (ITU-R BT.601). */
  readonly channels: 1 | 3;
  /** Asked for large JPEG files, with the size of the picture (of its box): by which factor it may be smaller. libjpeg then decodes less. */
  readonly shrink?: (size: ImageSize) => 1 | 2 | 4 | 8;
}

export interface DecodedImage {
  readonly image: PixelImage;
  /** Of the picture (of its box) at full resolution; `image` may be smaller by what `shrink` said. */
  readonly size: ImageSize;
  /** By which `image` is smaller. */
  readonly factor: number;
  /** Whether `shrink` was asked. */
  readonly shrinkable: boolean;
}

/**
 * Pixels of a file, turned as its EXIF tag says, as 8-bit sRGB, whatever was in it: greyscale, CMYK, 16 bits, a palette, a colour profile.
 * Alpha is dropped, as PIL's convert('RGB') does. A box is cut to the picture first.
 *
 * Plain JPEG files (readPlainJpegHeader) are decoded by @napi-rs/image where it has a binary for the platform, everything else by sharp: the pixels of a
 * plain JPEG may differ by up to 4 of 255 between platforms. What is said of a broken file is always what sharp says.
 *
 * @throws UnreadableImageError
 */
export async function decodeImage(source: ImageSource, options: DecodeOptions): Promise<DecodedImage> {
  if ('clip' in source) throw new UnreadableImageError(source.clip, 'it is a whole video', 'an image: gradalign data prepare makes frames of videos');
  if ('path' in source) return decodeFile(source.path, source.box, options);
  const { pixels, width, height, channels } = source;
  if (pixels.length !== width * height * channels || pixels.length === 0) {
    throw new UnreadableImageError(
      'from memory',
      `${pixels.length} bytes for ${width} x ${height} x ${channels}`,
      `${width * height * channels}, and at least one`,
    );
  }
  return { image: withChannels({ data: pixels, width, height, channels }, options.channels), size: { width, height }, factor: 1, shrinkable: false };
}

async function decodeFile(path: string, box: Rectangle | undefined, { channels, shrink }: DecodeOptions): Promise<DecodedImage> {
  const bytes = readBytes(path);
  try {
    const plain = readPlainJpegHeader(bytes);
    const ask = bytes.length >= worthShrinking ? shrink : undefined;
    const other = ask && !plain ? await readHeader(bytes) : undefined;
    const known: ImageSize | undefined = plain ?? other;
    const shrinkable = ask !== undefined && (plain !== undefined || other?.isJpeg === true);
    const factor = ask && known && shrinkable ? ask(box ? intersection(box, known, path) : { width: known.width, height: known.height }) : 1;
    const quickly = plain && factor === 1 && plain.width * plain.height <= mostPixels ? await decodePlainJpeg(bytes, plain) : undefined;
    const image = withChannels(quickly ?? (await decodeWithSharp(bytes, known && factor > 1 ? part(known, factor) : undefined)), channels);
    const full = { width: (known ?? image).width, height: (known ?? image).height };
    if (!box) return { image, size: full, factor, shrinkable };
    const size = intersection(box, full, path);
    const within = scaled(size, image.width / full.width, image.height / full.height);
    return { image: crop(image, intersection(within, image, path)), size, factor, shrinkable };
  } catch (error) {
    throw error instanceof UnreadableImageError ? error : explained(path, error as Error);
  }
}

async function open(bytes: Uint8Array): Promise<Sharp> {
  const sharp = await loadSharp();
  return sharp(bytes, { failOn: 'error', limitInputPixels: mostPixels }).autoOrient();
}

async function readHeader(bytes: Uint8Array): Promise<ImageSize & { readonly isJpeg: boolean }> {
  const { autoOrient, format } = await (await open(bytes)).metadata();
  return { ...autoOrient, isJpeg: format === 'jpeg' };
}

/** All of it, or as a picture of this size. */
async function decodeWithSharp(bytes: Uint8Array, size: ImageSize | undefined): Promise<PixelImage> {
  const whole = await open(bytes);
  const picture = size ? whole.resize(size.width, size.height, { fit: 'fill', kernel: 'linear' }) : whole;
  const { data, info } = await picture.removeAlpha().toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, channels: info.channels === 1 ? 1 : 3 };
}

function readBytes(path: string): Uint8Array {
  try {
    const status = statSync(path);
    if (!status.isFile()) throw new UnreadableImageError(path, status.isDirectory() ? 'it is a folder' : 'it is no regular file', formats);
    if (status.size === 0) throw new UnreadableImageError(path, 'the file is empty', formats);
    if (status.size > mostBytes) throw new UnreadableImageError(path, `the file has ${status.size} bytes`, `at most ${mostBytes}`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UnreadableImageError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'reading it is not permitted' : message;
    throw new UnreadableImageError(path, why, formats, { cause: error });
  }
}

/** What libvips says, in our words where they are clearer. */
function explained(path: string, error: Error): UnreadableImageError {
  const said = error.message.replaceAll(/\s+/g, ' ').trim();
  if (/unsupported image format/.test(said)) return new UnreadableImageError(path, 'its content is of no known image format', formats, { cause: error });
  if (/exceeds pixel limit/.test(said))
    return new UnreadableImageError(path, 'the picture is too large', `at most ${mostPixels / 1e6} million pixels`, { cause: error });
  return new UnreadableImageError(path, `the file is damaged (${said})`, `${formats} that is whole`, { cause: error });
}

function part({ width, height }: ImageSize, factor: number): ImageSize {
  const of = (length: number) => Math.max(1, Math.floor(length / factor));
  return { width: of(width), height: of(height) };
}

function scaled({ x, y, width, height }: Rectangle, horizontally: number, vertically: number): Rectangle {
  return { x: x * horizontally, y: y * vertically, width: width * horizontally, height: height * vertically };
}

function intersection(box: Rectangle, { width, height }: ImageSize, path: string): Rectangle {
  const left = Math.max(0, Math.round(box.x));
  const top = Math.max(0, Math.round(box.y));
  const right = Math.min(width, Math.max(left + 1, Math.round(box.x + box.width)));
  const bottom = Math.min(height, Math.max(top + 1, Math.round(box.y + box.height)));
  if (right > left && bottom > top && box.width > 0 && box.height > 0) return { x: left, y: top, width: right - left, height: bottom - top };
  throw new UnreadableImageError(
    path,
    `its box (${box.x}, ${box.y}, ${box.width} x ${box.height}) has no part of the picture of ${width} x ${height}`,
    'a box within it',
  );
}

function crop({ data, width, channels }: PixelImage, box: Rectangle): PixelImage {
  const row = box.width * channels;
  const out = new Uint8Array(row * box.height);
  for (let y = 0; y < box.height; y++) {
    const start = ((box.y + y) * width + box.x) * channels;
    out.set(data.subarray(start, start + row), y * row);
  }
  return { data: out, width: box.width, height: box.height, channels };
}

function withChannels(image: PixelImage, channels: 1 | 3): PixelImage {
  const { data, width, height } = image;
  if (image.channels === channels) return image;
  const out = new Uint8Array(width * height * channels);
  if (channels === 3) {
    for (let i = 0; i < data.length; i++) out.fill(data[i] as number, 3 * i, 3 * i + 3);
  } else {
    // Weights 0.299, 0.587, 0.114 in 16 bits, as PIL has them: a grey pixel keeps its value.
    for (let i = 0, p = 0; i < out.length; i++, p += 3) {
      out[i] = (19595 * (data[p] as number) + 38470 * (data[p + 1] as number) + 7471 * (data[p + 2] as number) + 32768) >> 16;
    }
  }
  return { data: out, width, height, channels };
}
