import { directoryEntries } from './directory-entries.ts';

/**
 * Width over height of an image's stored pixels, by what its file says: JFIF density (JPEG), pHYs (PNG, third edition, 11.3.4.3), XResolution and YResolution
 * (TIFF 6.0, section 8; EXIF), pixel aspect ratio (GIF89a), pixels per meter (BMP). 1 where it says nothing, or nothing that can be read.
 *
 * @param kind name of the file's kind: `JPEG`
 */
export function pixelAspectOf(bytes: Uint8Array, kind: string): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const aspect = readers[kind]?.(view) ?? 1;
    return Number.isFinite(aspect) && aspect > 0 ? aspect : 1;
  } catch (error) {
    if (error instanceof RangeError) return 1; // the header ends early
    throw error;
  }
}

type Reader = (view: DataView) => number | undefined;

const readers: Readonly<Record<string, Reader>> = {
  JPEG: ofJpeg,
  PNG: ofPng,
  TIFF: (view) => ofTiff(view),
  GIF: (view) => (view.getUint8(12) === 0 ? undefined : (view.getUint8(12) + 15) / 64),
  BMP: (view) => (view.getUint32(14, true) < 40 ? undefined : byDensity(view.getInt32(38, true), view.getInt32(42, true))),
};

/** Pixels are narrow where many fit side by side. */
function byDensity(x: number, y: number): number | undefined {
  return x > 0 && y > 0 ? y / x : undefined;
}

/** JFIF 1.02: the segment that stands first; without units its numbers are the aspect itself. Then EXIF. */
function ofJpeg(view: DataView): number | undefined {
  for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xe0 && textAt(view, at + 4, 5) === 'JFIF\0') {
      const [unit, x, y] = [view.getUint8(at + 11), view.getUint16(at + 12), view.getUint16(at + 14)];
      return unit === 0 ? byDensity(y, x) : byDensity(x, y);
    }
    if (marker === 0xe1 && textAt(view, at + 4, 6) === 'Exif\0\0')
      return ofTiff(new DataView(view.buffer, view.byteOffset + at + 10, Math.max(0, view.getUint16(at + 2) - 8)));
    if (marker < 0xe0 || marker > 0xef) return undefined;
  }
  return undefined;
}

function ofPng(view: DataView): number | undefined {
  for (let at = 8; at + 12 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const name = textAt(view, at + 4, 4);
    if (name === 'pHYs') return byDensity(view.getUint32(at + 8), view.getUint32(at + 12));
    if (name === 'IDAT') return undefined;
  }
  return undefined;
}

/** The first directory of a TIFF file or EXIF block; BigTIFF is not read. */
function ofTiff(view: DataView): number | undefined {
  const little = view.getUint16(0) === 0x4949;
  if (view.getUint16(2, little) !== 42) return undefined;
  const resolution: { [tag: number]: number } = {};
  for (const { tag, at } of directoryEntries(view)) {
    if (tag !== xResolution && tag !== yResolution) continue;
    const place = view.getUint32(at, little);
    resolution[tag] = view.getUint32(place, little) / view.getUint32(place + 4, little);
  }
  return byDensity(resolution[xResolution] ?? 0, resolution[yResolution] ?? 0);
}

const [xResolution, yResolution] = [282, 283];

function textAt(view: DataView, at: number, length: number): string {
  return Array.from({ length }, (_, i) => String.fromCharCode(view.getUint8(at + i))).join('');
}
