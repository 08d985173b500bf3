import type { FramePicture } from '@gradalign/pixels';
import { cannot, cubic, type Interpolation, isStretched, type PixelAspect, pixelAspectOf, resample, squared } from '@gradalign/pixels';
import { upright, webpOrientation } from './webp-turn.ts';

/** Pixels in memory: 8-bit RGB or RGBA, [height, width, 3 or 4], upright. `ImageData` of a canvas is one. */
export interface RawPicture {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  /** Reads its file once more; `readPicture` sets it where that can give other pixels. */
  readonly reread?: (reading: PictureReading) => Promise<RawPicture>;
}

/** How the file of a picture is read. */
export interface PictureReading {
  /** Pixels that are not square. */
  readonly pixelAspect: PixelAspect;
  /** Shown whole to a network with this input: large JPEG files are decoded no larger than it needs. */
  readonly input?: { readonly size: number; readonly channels: 1 | 3; readonly interpolation: Interpolation };
}

/** A picture to check: pixels, or in a browser what a canvas draws. A `Blob` is decoded by the browser, turned by its EXIF orientation. */
export type Picture = RawPicture | Blob | Drawable;

/** `ImageBitmap` or a canvas, a video element, `VideoFrame`. Told by their sizes: the types of the DOM are not loaded. */
export type Drawable =
  | { readonly width: number; readonly height: number }
  | { readonly videoWidth: number; readonly videoHeight: number }
  | { readonly displayWidth: number; readonly displayHeight: number };

/** What is used of a browser. */
interface Browser {
  readonly OffscreenCanvas?: new (width: number, height: number) => { getContext(kind: '2d', options: { readonly willReadFrequently: true }): Context | null };
  createImageBitmap(blob: Blob, options: Readonly<Record<string, string>>): Promise<{ readonly width: number; readonly height: number; close(): void }>;
}

interface Context {
  drawImage(picture: Drawable, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): RawPicture;
}

/** Pixels of the largest picture that a browser draws: its canvas takes four bytes for each. */
const maxDrawn = 2 ** 26;
/** Of the largest picture that comes as pixels. */
const maxPixels = 2 ** 27;

const what = 'check the picture';

/**
 * RGB pixels of a picture. Alpha of pixels is dropped: a transparent one keeps its color, as in training.
 *
 * @throws UserError where its pixels do not match its size, are not 8 bits, or are more than 134 million (67 million where a browser draws it); where a browser
 * draws it and it is transparent
 */
export async function rgbPixels(picture: Picture, reading: PictureReading): Promise<FramePicture> {
  if (isRaw(picture)) return fromRaw((await picture.reread?.(reading)) ?? picture);
  const { OffscreenCanvas: Canvas } = globalThis as unknown as Browser;
  if (!Canvas) throw cannot(what, 'only a browser decodes it', 'its pixels: { data, width, height }');
  if (picture instanceof Blob) return fromBlob(picture, reading);
  const { width, height } = sizeOf(picture);
  checkSize(width, height, maxDrawn);
  const context = new Canvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw cannot(what, 'the browser offers no canvas', 'one with 2D canvases');
  context.drawImage(picture, 0, 0);
  const drawn = context.getImageData(0, 0, width, height);
  // A canvas stores colors multiplied by alpha: what training read below it is lost.
  for (let i = 3; i < drawn.data.length; i += 4)
    if (drawn.data[i] !== 255) throw cannot(what, 'it is transparent in parts', 'an opaque picture, or its pixels');
  return fromRaw(drawn);
}

async function fromBlob(blob: Blob, reading: PictureReading): Promise<FramePicture> {
  const header = new Uint8Array(await blob.slice(0, 2 ** 18).arrayBuffer());
  const known = declaredSize(header);
  if (known) checkSize(known.width, known.height, maxDrawn);
  let bitmap: Awaited<ReturnType<Browser['createImageBitmap']>>;
  try {
    bitmap = await (globalThis as unknown as Browser).createImageBitmap(blob, { premultiplyAlpha: 'none', imageOrientation: 'from-image' });
  } catch (cause) {
    throw cannot(what, 'the browser cannot decode it', 'a JPEG, PNG, WebP or AVIF file that is whole', { cause });
  }
  try {
    const drawn = await rgbPixels(bitmap, reading);
    const orientation = await webpOrientation(blob);
    const shown = orientation === 1 || (await turnsWebp()) ? drawn : upright(drawn, orientation);
    return reading.pixelAspect === 'keep' ? shown : withSquarePixels(shown, shownAspect(header, known, shown));
  } finally {
    bitmap.close();
  }
}

/** 2 x 1 pixels of a WebP file with EXIF orientation 6. */
const turnedWebp = 'UklGRk4AAABXRUJQVlA4WAoAAAAIAAAAAQAAAAAAVlA4TA4AAAAvAQAAAAcQEf0PRET/A0VYSUYaAAAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAA=';

let turning: Promise<boolean> | undefined;

/** Whether this browser turns WebP files by their EXIF orientation, as it turns JPEG and PNG; Chromium does not. */
function turnsWebp(): Promise<boolean> {
  const file = new Blob([Uint8Array.from(atob(turnedWebp), (character) => character.charCodeAt(0))], { type: 'image/webp' });
  turning ??= (globalThis as unknown as Browser).createImageBitmap(file, { imageOrientation: 'from-image' }).then((bitmap) => {
    const { height } = bitmap;
    bitmap.close();
    return height === 2;
  });
  return turning;
}

type Size = { readonly width: number; readonly height: number };

/** Width over height of the pixels that the browser shows: turned with the picture, 1 where the browser made them square itself. */
function shownAspect(header: Uint8Array, stored: Size | undefined, shown: Size): number {
  const aspect = pixelAspectOf(header, kindOf(header));
  if (!stored || (stored.width === shown.width && stored.height === shown.height)) return aspect;
  return stored.width === shown.height && stored.height === shown.width ? 1 / aspect : 1;
}

/** Of the kinds that browsers decode and whose pixels may be stretched. */
function kindOf([first, second]: Uint8Array): string {
  return { 35152: 'PNG', 65496: 'JPEG', 18249: 'GIF', 16973: 'BMP' }[((first ?? 0) << 8) | (second ?? 0)] ?? 'other';
}

function withSquarePixels(picture: FramePicture, aspect: number): FramePicture {
  if (!isStretched(aspect)) return picture;
  const { width, height } = picture;
  const size = squared(picture, aspect);
  checkSize(size.width, size.height, maxDrawn);
  // Half a pixel of the result further left and up, as libvips enlarges pictures for training.
  const [x0, y0] = [-width / size.width / 2, -height / size.height / 2];
  const { data } = resample({ ...picture, channels: 3 }, { xx: width, xy: 0, x0, yx: 0, yy: height, y0 }, size, cubic);
  return { data: data as Uint8Array, ...size };
}

/** Width and height in the header of a PNG or JPEG file; undefined for others. */
function declaredSize(bytes: Uint8Array): Size | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length >= 24 && view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = bytes[at + 1] as number;
    // Frames are 0xC0 to 0xCF, without tables (C4), a reserved code (C8) and arithmetic conditioning (CC) (ITU-T T.81, table B.1).
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
  }
  return undefined;
}

function isRaw(picture: Picture): picture is RawPicture {
  return 'data' in picture;
}

function sizeOf(picture: Drawable): Size {
  if ('videoWidth' in picture) return { width: picture.videoWidth, height: picture.videoHeight };
  if ('displayWidth' in picture) return { width: picture.displayWidth, height: picture.displayHeight };
  return { width: picture.width, height: picture.height };
}

function checkSize(width: number, height: number, most: number): void {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1)
    throw cannot(what, `it is ${width} x ${height} pixels`, 'at least one pixel');
  if (width * height > most)
    throw cannot(what, `it is ${width} x ${height} pixels, ${Math.round((width * height) / 1e6)} million`, `at most ${Math.round(most / 1e6)} million`);
}

function fromRaw({ data, width, height }: RawPicture): FramePicture {
  checkSize(width, height, maxPixels);
  if (data.BYTES_PER_ELEMENT !== 1) throw cannot(what, `its values have ${8 * data.BYTES_PER_ELEMENT} bits`, '8 bits a value');
  const channels = data.length / (width * height);
  if (channels !== 3 && channels !== 4) throw cannot(what, `it has ${data.length} bytes for ${width} x ${height} pixels`, '3 (RGB) or 4 (RGBA) for each pixel');
  if (channels === 3) return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height };
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = data[from] as number;
    rgb[to + 1] = data[from + 1] as number;
    rgb[to + 2] = data[from + 2] as number;
  }
  return { data: rgb, width, height };
}
