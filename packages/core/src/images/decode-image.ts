import { readFileSync, statSync } from 'node:fs';
import type { Sharp } from 'sharp';
import type { PixelImage } from '../contracts/augmentation.ts';
import type { ImageSource, Rectangle } from '../contracts/dataset.ts';
import { UserError } from '../contracts/errors.ts';
import { describeReadError } from '../files/describe-read-error.ts';
import type { ImageSize } from './affine-map.ts';
import { decodePlainJpeg } from './decode-plain-jpeg.ts';
import { readPlainJpegHeader } from './jpeg-header.ts';
import { loadSharp } from './load-sharp.ts';

/** A larger image is taken for a decompression bomb. */
const maxPixels = 1e8;
const maxBytes = 2 ** 28;
/** In bytes. For a smaller JPEG file, reading the header first to decode at a reduced size costs more than it saves. */
const worthShrinking = 2 ** 16;
const formats = 'a JPEG, PNG, WebP, TIFF, GIF or AVIF file';

/** One image cannot be read; others may be. */
export class UnreadableImageError extends UserError {
  /** What is wrong with it, without its name: `the file is empty`. */
  readonly reason: string;
  constructor(what: string, is: string, expected: string, options: ErrorOptions = {}) {
    super(`Cannot read image ${what}: ${is}, expected ${expected}`, options);
    this.reason = is;
  }
}

/** How to decode an image. */
export interface DecodeOptions {
  /** 3: sRGB. 1: its luma (ITU-R BT.601). */
  readonly channels: 1 | 3;
  /** Called for large JPEG files with the size of the image, or of its box. Returns the factor by which the result may be smaller: libjpeg then decodes less. */
  readonly shrink?: (size: ImageSize) => 1 | 2 | 4 | 8;
}

/** A decoded image. */
export interface DecodedImage {
  /** Its pixels; they belong to the caller. */
  readonly image: PixelImage;
  /** Size of the image, or of its box, at full resolution. */
  readonly size: ImageSize;
  /** The factor by which `image` is smaller than `size`. */
  readonly factor: number;
  /** Whether `shrink` was called. */
  readonly shrinkable: boolean;
  /** What was done to the pixels besides decoding them: `turned 90 degrees (EXIF orientation)`. Absent where nothing was. */
  readonly changes?: readonly string[];
}

/**
 * Decodes an image to 8-bit sRGB (or luma), turned by its EXIF orientation, whatever the file holds: grayscale, CMYK, 16 bits, a palette, a color
 * profile. Alpha is dropped, as in PIL's convert('RGB'). A box is clipped to the image.
 *
 * Plain JPEG files (readPlainJpegHeader) are decoded by @napi-rs/image where it has a binary for the platform, everything else by sharp: the pixels of a
 * plain JPEG may differ by up to 4 of 255 between platforms. Errors of broken files are always those of sharp.
 *
 * @throws UnreadableImageError where there is no such file, it is not an image, is damaged or too large, or its box lies outside.
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
    const quickly = plain && factor === 1 && plain.width * plain.height <= maxPixels ? await decodePlainJpeg(bytes, plain) : undefined;
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
  return sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels }).autoOrient();
}

async function readHeader(bytes: Uint8Array): Promise<ImageSize & { readonly isJpeg: boolean }> {
  const { autoOrient, format } = await (await open(bytes)).metadata();
  return { ...autoOrient, isJpeg: format === 'jpeg' };
}

/** At full size, or resized to this size. */
async function decodeWithSharp(bytes: Uint8Array, size: ImageSize | undefined): Promise<PixelImage> {
  const whole = await open(bytes);
  const picture = size ? whole.resize(size.width, size.height, { fit: 'fill', kernel: 'linear' }) : whole;
  const { data, info } = await picture.removeAlpha().toColorspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, channels: info.channels === 1 ? 1 : 3 };
}

function readBytes(path: string): Uint8Array {
  try {
    const status = statSync(path);
    if (!status.isFile()) throw new UnreadableImageError(path, status.isDirectory() ? 'it is a folder' : 'it is not a regular file', formats);
    if (status.size === 0) throw new UnreadableImageError(path, 'the file is empty', formats);
    if (status.size > maxBytes) throw new UnreadableImageError(path, `the file has ${status.size} bytes`, `at most ${maxBytes}`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UnreadableImageError) throw error;
    throw new UnreadableImageError(path, describeReadError(error), formats, { cause: error });
  }
}

/** An error of libvips, in clearer words where we have them. */
function explained(path: string, error: Error): UnreadableImageError {
  const said = error.message.replaceAll(/\s+/g, ' ').trim();
  if (/unsupported image format/.test(said)) return new UnreadableImageError(path, 'its content is of no known image format', formats, { cause: error });
  if (/exceeds pixel limit/.test(said))
    return new UnreadableImageError(path, 'the image is too large', `at most ${maxPixels / 1e6} million pixels`, { cause: error });
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
    // Weights 0.299, 0.587, 0.114 in 16 bits, as PIL has them: a gray pixel keeps its value.
    for (let i = 0, p = 0; i < out.length; i++, p += 3) {
      out[i] = (19595 * (data[p] as number) + 38470 * (data[p + 1] as number) + 7471 * (data[p + 2] as number) + 32768) >> 16;
    }
  }
  return { data: out, width, height, channels };
}
