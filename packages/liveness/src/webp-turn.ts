import { directoryEntries, type FramePicture } from '@gradalign/pixels';

/** Where a pixel of the upright picture is stored, by EXIF orientation (TIFF 6.0; CIPA DC-008, 4.6.4): from [x, y] and the stored size to stored x and y. */
const storedAt: readonly ((x: number, y: number, width: number, height: number) => readonly [number, number])[] = [
  (x, y) => [x, y],
  (x, y, width) => [width - 1 - x, y],
  (x, y, width, height) => [width - 1 - x, height - 1 - y],
  (x, y, _, height) => [x, height - 1 - y],
  (x, y) => [y, x],
  (x, y, _, height) => [y, height - 1 - x],
  (x, y, width, height) => [width - 1 - y, height - 1 - x],
  (x, y, width) => [width - 1 - y, x],
];

/** Upright pixels of what is stored with an EXIF orientation, 1 to 8. */
export function upright({ data, width, height }: FramePicture, orientation: number): FramePicture {
  const at = storedAt[orientation - 1];
  if (!at || orientation === 1) return { data, width, height };
  const turned = orientation > 4 ? { width: height, height: width } : { width, height };
  const rgb = new Uint8Array(data.length);
  for (let y = 0, to = 0; y < turned.height; y++)
    for (let x = 0; x < turned.width; x++, to += 3) {
      const [storedX, storedY] = at(x, y, width, height);
      const from = 3 * (storedY * width + storedX);
      rgb.set(data.subarray(from, from + 3), to);
    }
  return { data: rgb, ...turned };
}

/** A file may be made of empty chunks, and each is read on its own. */
const mostChunks = 1000;

/** EXIF orientation of a WebP file, 1 to 8 (RIFF container of WebP, "Extended File Format"); 1 where it has none, and for other files. */
export async function webpOrientation(file: Blob): Promise<number> {
  const part = async (from: number, length: number) => new DataView(await file.slice(from, from + length).arrayBuffer());
  const head = await part(0, 21);
  const hasExif = head.byteLength === 21 && textAt(head, 0) === 'RIFF' && textAt(head, 8) === 'WEBP' && textAt(head, 12) === 'VP8X' && head.getUint8(20) & 8;
  if (!hasExif) return 1;
  for (let at = 12, seen = 0; at + 8 <= file.size && seen < mostChunks; seen++) {
    const chunk = await part(at, 8);
    const length = chunk.getUint32(4, true);
    if (textAt(chunk, 0) === 'EXIF') return orientationOf(await part(at + 8, Math.min(length, 2 ** 16)));
    at += 8 + length + (length % 2);
  }
  return 1;
}

const orientationTag = 0x112;

/** Of the first directory of an EXIF block; 1 where it says nothing that can be read. */
function orientationOf(exif: DataView): number {
  try {
    const start = textAt(exif, 0) === 'Exif' ? 6 : 0;
    const block = new DataView(exif.buffer, exif.byteOffset + start, exif.byteLength - start);
    for (const { tag, at, little } of directoryEntries(block)) if (tag === orientationTag) return block.getUint16(at, little);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}

function textAt(view: DataView, at: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, Math.min(4, view.byteLength - at)));
}
