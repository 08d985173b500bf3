import { statSync } from 'node:fs';
import type { Sharp } from 'sharp';
import type { PixelImage } from '../contracts/pixel-image.ts';
import type { Rectangle } from '../contracts/rectangle.ts';
import type { ImageSize } from '../view/affine-map.ts';
import { cutImage } from '../view/cut-image.ts';
import { pixelAspectOf } from '../view/pixel-aspect.ts';
import { isStretched, type PixelAspect, squared, stretchChanges } from '../view/square-pixels.ts';
import { withChannels } from '../view/with-channels.ts';
import { decodeBmp, readBmpHeader } from './decode-bmp.ts';
import { type Decoded, decodeFloats } from './decode-floats.ts';
import { decodePlainJpeg } from './decode-plain-jpeg.ts';
import { describeReadError } from './describe-read-error.ts';
import { imageKindOf, kindNamed, whyContentIsNotRead } from './image-kinds.ts';
import { readPlainJpegHeader } from './jpeg-header.ts';
import { loadSharp } from './load-sharp.ts';
import { holdPixels, maxPixels } from './pixel-budget.ts';
import { pixelChanges } from './pixel-changes.ts';
import { readPlainPngHeader } from './png-header.ts';
import { readBounded } from './read-bounded.ts';
import {
  explained,
  formats,
  isTimeout,
  otherChannels,
  StretchedTooFarError,
  tooLarge,
  UnreadableImageError,
  UnsupportedValuesError,
} from './unreadable-image.ts';
import { TooSlowError, timeLimit, withinSeconds } from './within-seconds.ts';

const maxBytes = 2 ** 28;
/** In bytes. For a smaller JPEG file, reading the header first to decode at a reduced size costs more than it saves. */
const worthShrinking = 2 ** 16;
/** Where pixels come from: a file or a part of it, or memory. A whole video is refused. */
export type DecodedSource =
  | { readonly path: string; readonly box?: Rectangle }
  | { readonly pixels: Uint8Array; readonly width: number; readonly height: number; readonly channels: 1 | 3 }
  | { readonly clip: string };

/** How to decode an image. */
export interface DecodeOptions {
  /** 3: sRGB. 1: its luma (ITU-R BT.601). */
  readonly channels: 1 | 3;
  /** Called for large JPEG files with the size of the image, or of its box. Returns the factor by which the result may be smaller: libjpeg then decodes less. */
  readonly shrink?: (size: ImageSize) => 1 | 2 | 4 | 8;
  /** Called for a large image with what gives its share of memory back: while it is not called, other large images wait. Default: when it is decoded. */
  readonly hold?: (release: () => void) => void;
  /** Seconds after which a picture is given up; default: 20. */
  readonly seconds?: number | undefined;
  /** Pixels that are not square. `correct` needs a source without a box. Default: `keep`. */
  readonly pixelAspect?: PixelAspect | undefined;
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
  /** The size before pixels were made square; absent where they were not. */
  readonly stored?: ImageSize;
  /** What was done to the pixels besides decoding them: `turned 90 degrees (EXIF orientation)`. Absent where nothing was. */
  readonly changes?: readonly string[];
}

/**
 * Decodes an image to 8-bit sRGB (or luma), turned by its EXIF orientation, whatever the file holds: grayscale, CMYK, 16 bits, a palette, a color
 * profile. Alpha is dropped, as in PIL's convert('RGB'); of several pages or frames the first is used; floats from 0 to 1 are scaled, those up to 255
 * rounded, others refused. What was done is in `changes`. A box is clipped to the image.
 *
 * The file's first bytes choose the decoder, whatever its name; SVG, PDF and others are refused. Large images of all threads share a budget of pixels, so that
 * many at once do not exhaust memory.
 *
 * Plain JPEG files (readPlainJpegHeader) are decoded by @napi-rs/image where it has a binary for the platform, everything else by sharp: the pixels of a
 * plain JPEG may differ by up to 4 of 255 between platforms. Errors of broken files are always those of sharp.
 *
 * @throws UnreadableImageError where there is no such file, it is not an image, is damaged or too large, or its box lies outside.
 */
export async function decodeImage(source: DecodedSource, options: DecodeOptions): Promise<DecodedImage> {
  if ('clip' in source) throw new UnreadableImageError(source.clip, 'it is a whole video', 'an image: gradalign data prepare makes frames of videos');
  if ('path' in source) return decodeBytes(readImageFile(source.path), source.path, source.box, options);
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

/**
 * Decodes the content of an image file as {@link decodeImage} decodes the file.
 *
 * @param path names it in errors
 * @throws UnreadableImageError
 */
export async function decodeImageBytes(bytes: Uint8Array, path: string, options: DecodeOptions): Promise<DecodedImage> {
  if (bytes.length === 0) throw new UnreadableImageError(path, 'the file is empty', formats);
  if (bytes.length > maxBytes) throw new UnreadableImageError(path, `the file has ${bytes.length} bytes`, `at most ${maxBytes}`);
  return decodeBytes(bytes, path, undefined, options);
}

async function decodeBytes(
  bytes: Uint8Array,
  path: string,
  box: Rectangle | undefined,
  { channels, shrink, hold, pixelAspect = 'keep', seconds = timeLimit }: DecodeOptions,
): Promise<DecodedImage> {
  const kind = imageKindOf(bytes.subarray(0, 32));
  // Only kinds that are asked for by their first bytes: libvips would also render SVG and PDF, whatever the file's name is.
  if (!kind) throw new UnreadableImageError(path, whyContentIsNotRead(bytes.subarray(0, 512)) ?? 'its content is of no known image format', formats);
  let release: (() => void) | undefined;
  try {
    const plain = readPlainJpegHeader(bytes);
    const header = plain ?? (await withinSeconds(seconds, () => readHeader(bytes, kind.name)));
    const ask = bytes.length >= worthShrinking ? shrink : undefined;
    const shrinkable = ask !== undefined && kind.name === 'JPEG';
    const known: ImageSize = { width: header.width, height: header.height };
    const pixels = known.width * known.height;
    if (pixels > maxPixels) throw tooLarge(path, known);
    const factor = shrinkable && ask ? ask(box ? intersection(box, known, path) : known) : 1;
    release = await holdPixels(pixels / factor ** 2);
    hold?.(release);
    const quickly = plain && factor === 1 ? await withinSeconds(seconds, () => decodePlainJpeg(bytes, plain)) : undefined;
    const { image: decoded, changes: more = [] } = quickly
      ? { image: quickly }
      : await withinSeconds(seconds, () => decodeOther(bytes, header, { seconds, size: factor > 1 ? part(known, factor) : undefined }), isTimeout);
    const aspect = shownAspect(bytes, kind.name, header);
    const stretched = pixelAspect === 'correct' && isStretched(aspect);
    const image = withChannels(stretched ? await resized(decoded, squared(decoded, aspect)) : decoded, channels);
    const gray = channels === 3 && ('channels' in header ? header.channels === 1 : header.gray);
    const changes = [
      ...('changes' in header ? header.changes : []),
      ...more,
      ...stretchChanges(aspect, pixelAspect),
      ...(gray ? ['gray repeated in three channels'] : []),
    ];
    const told = { ...(changes.length > 0 ? { changes } : {}), ...(stretched ? { stored: sizeOf(decoded) } : {}) };
    // libvips may turn by what its header does not say.
    const full = factor === 1 ? { width: image.width, height: image.height } : known;
    if (!box) return { image, size: full, factor, shrinkable, ...told };
    const size = intersection(box, full, path);
    const within = scaled(size, image.width / full.width, image.height / full.height);
    return { image: cutImage(image, intersection(within, image, path)), size, factor, shrinkable, ...told };
  } catch (error) {
    // The decoder of a picture that is given up still holds its memory.
    const given = release;
    if (error instanceof TooSlowError) void error.settled.then(given);
    else given?.();
    release = undefined;
    throw error instanceof UnreadableImageError ? error : explained(path, error as Error, kind.isSequence?.(bytes) ?? false);
  } finally {
    if (!hold) release?.();
  }
}

/** What is known of an image before it is decoded. */
interface ImageHeader extends ImageSize {
  readonly kind: string;
  readonly changes: readonly string[];
  /** Whether turning it upright exchanges width and height. */
  readonly sideways: boolean;
  readonly gray: boolean;
  readonly hasAlpha: boolean;
  /** libvips' name of the values' type. */
  readonly depth: string;
  /** libvips' name of what the values mean. */
  readonly space: string;
}

async function open(bytes: Uint8Array, seconds: number): Promise<Sharp> {
  const sharp = await loadSharp();
  return sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels })
    .timeout({ seconds: Math.ceil(seconds) })
    .autoOrient();
}

async function readHeader(bytes: Uint8Array, kind: string): Promise<ImageHeader> {
  const simple = { kind, changes: [], sideways: false, gray: false, hasAlpha: false, depth: 'uchar', space: 'srgb' };
  const png = kind === 'PNG' ? readPlainPngHeader(bytes) : undefined;
  if (png) return { ...simple, ...png };
  if (kind === 'BMP') return { ...simple, ...sizeOf(readBmpHeader(bytes)) };
  const sharp = await loadSharp();
  // Its limit on pixels is that of decoding: the message must name the size.
  const metadata = await sharp(bytes, { failOn: 'error', limitInputPixels: false }).metadata();
  const frames = kindNamed(kind)?.isSequence?.(bytes) ? ['first of several frames'] : [];
  const { autoOrient, hasAlpha, depth, space, channels, orientation = 1 } = metadata;
  return {
    kind,
    ...sizeOf(autoOrient),
    changes: [...new Set([...pixelChanges(metadata), ...frames])],
    sideways: orientation > 4,
    gray: channels < 3,
    hasAlpha,
    depth,
    space,
  };
}

function sizeOf({ width, height }: ImageSize): ImageSize {
  return { width, height };
}

/** Width over height of the pixels of the upright image. */
function shownAspect(bytes: Uint8Array, kind: string, header: ImageSize | ImageHeader): number {
  const stored = pixelAspectOf(bytes, kind);
  return 'sideways' in header && header.sideways ? 1 / stored : stored;
}

async function resized({ data, width, height, channels }: PixelImage, size: ImageSize): Promise<PixelImage> {
  if (size.width * size.height > maxPixels) throw new StretchedTooFarError(`made square, its pixels would be ${size.width} x ${size.height}`);
  const sharp = await loadSharp();
  const picture = sharp(data, { raw: { width, height, channels } }).resize(size.width, size.height, { fit: 'fill', kernel: 'cubic' });
  // libvips makes one channel into three where it resizes.
  const out = await (channels === 1 ? picture.toColorspace('b-w') : picture).raw().toBuffer();
  return { data: new Uint8Array(out.buffer, out.byteOffset, out.length), ...size, channels };
}

/** At full size, or resized to this size. */
async function decodeOther(
  bytes: Uint8Array,
  header: ImageSize | ImageHeader,
  { seconds, size }: { readonly seconds: number; readonly size: ImageSize | undefined },
): Promise<Decoded> {
  const { kind, hasAlpha, depth, space } = { kind: 'JPEG', hasAlpha: false, depth: 'uchar', space: 'srgb', ...header };
  if (kind === 'BMP') return { image: decodeBmp(bytes) };
  if (depth === 'float' || depth === 'double') return decodeFloats(await open(bytes, seconds), space);
  if (depth !== 'uchar' && depth !== 'ushort') throw new UnsupportedValuesError(`its values are ${typesOfValues[depth] ?? depth}`);
  const whole = await open(bytes, seconds);
  const picture = size ? whole.resize(size.width, size.height, { fit: 'fill', kernel: 'linear' }) : whole;
  const alpha = hasAlpha && !size;
  const { data, info } = await (alpha ? picture : picture.removeAlpha()).toColorspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
  const count: number = info.channels;
  if (count === 2 || count === 4) return withoutAlpha(pixels, width, height, count);
  if (count !== 1 && count !== 3) throw new UnsupportedValuesError(otherChannels);
  const changes = depth === 'ushort' && pixels.every((value) => value < dark) ? [nearlyBlack] : [];
  return { image: { data: pixels, width, height, channels: count }, ...(changes.length > 0 ? { changes } : {}) };
}

/** Of 255: where a picture of 16 bits is darker than this everywhere, it uses 12 bits or fewer. */
const dark = 16;
const nearlyBlack = 'nearly black: of 16 bits at most 12 are used (scale them first)';

/** The color of each pixel, whatever its alpha, as PIL's convert('RGB') and OpenCV have it; told where it is not opaque. */
function withoutAlpha(data: Uint8Array, width: number, height: number, count: 2 | 4): Decoded {
  const channels = count === 2 ? 1 : 3;
  const out = new Uint8Array(width * height * channels);
  let opaque = true;
  for (let i = 0, o = 0; o < out.length; i += count, o += channels) {
    for (let c = 0; c < channels; c++) out[o + c] = data[i + c] as number;
    opaque &&= data[i + channels] === 255;
  }
  return { image: { data: out, width, height, channels }, ...(opaque ? {} : { changes: ['alpha dropped: transparent pixels keep their color'] }) };
}

const typesOfValues: Readonly<Record<string, string>> = {
  char: 'signed 8-bit integers',
  short: 'signed 16-bit integers',
  uint: '32-bit integers',
  int: 'signed 32-bit integers',
  complex: 'complex numbers',
  dpcomplex: 'complex numbers',
};

/**
 * The content of a file that may be an image.
 *
 * @throws UnreadableImageError where there is no such file, it is empty, or larger than 268 MB
 */
export function readImageFile(path: string): Uint8Array {
  try {
    const status = statSync(path);
    if (!status.isFile()) throw new UnreadableImageError(path, status.isDirectory() ? 'it is a folder' : 'it is not a regular file', formats);
    if (status.size === 0) throw new UnreadableImageError(path, 'the file is empty', formats);
    if (status.size > maxBytes) throw new UnreadableImageError(path, `the file has ${status.size} bytes`, `at most ${maxBytes}`);
    return readBounded(path, maxBytes);
  } catch (error) {
    if (error instanceof UnreadableImageError) throw error;
    throw new UnreadableImageError(path, describeReadError(error), formats, { cause: error });
  }
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
