/** Size and channels of a plain JPEG file. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1: gray. 3: YCbCr. */
  readonly channels: 1 | 3;
}

interface Frame extends JpegHeader {
  /** Minimum coded units (T.81, A.2): a restart interval counts these. */
  readonly units: number;
}

// Markers, the byte after 0xFF (ITU-T T.81, table B.1).
const SOF0 = 0xc0;
const DHT = 0xc4;
const RST0 = 0xd0;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const DRI = 0xdd;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;

/** In narrower images libjpeg repeats color samples instead of interpolating them. */
const narrowest = 16;
/** Sampling factors of luma relative to chroma, horizontal and vertical: 4:4:4, 4:2:2, 4:2:0. */
const samplings = [0x11, 0x21, 0x22];

/**
 * Size and channels of a JPEG file that every decoder is sure to read the same way; undefined for any other file, intact or broken. Such a file is
 * baseline (8 bits, Huffman, one scan), gray or YCbCr in a common sampling, at least 16 x 16, upright, without a color profile, and complete: each
 * segment has its length, the coded data holds the right number of restart markers and no others, and only zeros follow its end. Progressive files are
 * excluded: damaged scans may be refused by libjpeg and accepted by others. Damage to the coded data of a baseline file is not detected; libjpeg reads
 * on there as well.
 */
export function readPlainJpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let frame: Frame | undefined;
  let interval = 0;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] as number;
    const end = at + 2 + view.getUint16(at + 2);
    // A length counts its own two bytes.
    if (end < at + 4 || end > bytes.length) return undefined;
    const segment = new DataView(bytes.buffer, bytes.byteOffset + at + 4, end - at - 4);
    at = end;
    if (marker === SOS) {
      if (!frame || !isOnlyScan(segment, frame)) return undefined;
      const { units, ...header } = frame;
      return endsWell(bytes, at, interval > 0 ? Math.ceil(units / interval) - 1 : 0) ? header : undefined;
    }
    if (marker === SOF0) {
      if (frame) return undefined;
      frame = readFrame(segment);
      if (!frame) return undefined;
    } else if (marker === DRI) {
      if (segment.byteLength !== 2) return undefined;
      interval = segment.getUint16(0);
    } else if (!isHarmless(marker, segment)) return undefined;
  }
  return undefined;
}

/** T.81, B.2.2: precision, height, width, then identifier, sampling factors and quantization table of each component. */
function readFrame(segment: DataView): Frame | undefined {
  if (segment.byteLength < 6 || segment.getUint8(0) !== 8) return undefined;
  const channels = segment.getUint8(5);
  if ((channels !== 1 && channels !== 3) || segment.byteLength !== 6 + 3 * channels) return undefined;
  const height = segment.getUint16(1);
  const width = segment.getUint16(3);
  if (width < narrowest || height < narrowest) return undefined;
  const components = Array.from({ length: channels }, (_, i) => ({ id: segment.getUint8(6 + 3 * i), sampling: segment.getUint8(7 + 3 * i) }));
  const usual = components.every(({ id, sampling }, i) => id === i + 1 && (i === 0 && channels === 3 ? samplings.includes(sampling) : sampling === 0x11));
  if (!usual) return undefined;
  const { sampling } = components[0] as { sampling: number };
  return { width, height, channels, units: Math.ceil(width / (8 * (sampling >> 4))) * Math.ceil(height / (8 * (sampling & 15))) };
}

/** T.81, B.2.3: one scan with all components, all 64 coefficients, all their bits. */
function isOnlyScan(segment: DataView, { channels }: JpegHeader): boolean {
  if (segment.byteLength !== 4 + 2 * channels || segment.getUint8(0) !== channels) return false;
  const inOrder = Array.from({ length: channels }, (_, i) => segment.getUint8(1 + 2 * i)).every((id, i) => id === i + 1);
  const last = 1 + 2 * channels;
  return inOrder && segment.getUint8(last) === 0 && segment.getUint8(last + 1) === 63 && segment.getUint8(last + 2) === 0;
}

/** Whether in the coded data from `at` on 0xFF is followed only by 0, by each of this many restart markers in turn, and by the end of the image. */
function endsWell(bytes: Uint8Array, at: number, restarts: number): boolean {
  let seen = 0;
  for (let i = bytes.indexOf(0xff, at); i >= 0; i = bytes.indexOf(0xff, i + 2)) {
    const marker = bytes[i + 1];
    if (marker === 0) continue;
    if (marker === EOI) return seen === restarts && bytes.subarray(i + 2).every((byte) => byte === 0);
    if (marker !== RST0 + (seen % 8)) return false;
    seen++;
  }
  return false;
}

/** Segments that change nothing, or that any decoder understands. */
function isHarmless(marker: number, segment: DataView): boolean {
  if (marker === DQT || marker === DHT || marker === COM) return true;
  if (marker < APP0 || marker > APP15) return false;
  if (marker === APP1 && begins(segment, 'Exif\0\0')) return isUpright(new DataView(segment.buffer, segment.byteOffset + 6, segment.byteLength - 6));
  if (marker === APP2) return !begins(segment, 'ICC_PROFILE\0');
  // Adobe's marker ends with the transform that was used: 1 is YCbCr.
  if (marker === APP14 && begins(segment, 'Adobe')) return segment.byteLength === 12 && segment.getUint8(11) === 1;
  return true;
}

function begins(segment: DataView, text: string): boolean {
  return segment.byteLength >= text.length && [...text].every((character, i) => segment.getUint8(i) === character.charCodeAt(0));
}

/** Whether the first directory of this EXIF block (TIFF 6.0, section 2) can be read and names no orientation but 1. */
function isUpright(exif: DataView): boolean {
  const size = exif.byteLength;
  if (size < 8) return false;
  const order = exif.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return false;
  const little = order === 0x4949;
  const directory = exif.getUint32(4, little);
  if (exif.getUint16(2, little) !== 42 || directory + 2 > size) return false;
  const entries = exif.getUint16(directory, little);
  if (directory + 2 + 12 * entries > size) return false;
  return Array.from({ length: entries }, (_, i) => directory + 2 + 12 * i)
    .filter((entry) => exif.getUint16(entry, little) === 0x0112)
    .every((entry) => exif.getUint16(entry + 2, little) === 3 && exif.getUint32(entry + 4, little) === 1 && exif.getUint16(entry + 8, little) === 1);
}
