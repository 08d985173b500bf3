import type { PixelImage } from '../contracts/pixel-image.ts';
import type { ImageSize } from '../view/affine-map.ts';

/** What a BMP file's header says (BITMAPINFOHEADER and its successors). */
interface BmpHeader extends ImageSize {
  readonly topDown: boolean;
  readonly bits: number;
  readonly masks: readonly number[];
  /** Colors of the palette, and where it begins. */
  readonly colors: number;
  readonly paletteAt: number;
  readonly paletteEntry: 3 | 4;
  readonly pixelsAt: number;
}

const bitFields = 3;

/** @throws Error that says what is wrong: other images are read by libvips, which has no reader for BMP */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 30) throw new Error('its header is cut off');
  const size = view.getUint32(14, true);
  const old = size === 12;
  if (!old && (size < 40 || bytes.length < 54)) throw new Error(`its header has ${size} bytes`);
  const [width, height] = old ? [view.getUint16(18, true), view.getUint16(20, true)] : [view.getInt32(18, true), view.getInt32(22, true)];
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = old ? 0 : view.getUint32(30, true);
  if (width <= 0 || height === 0) throw new Error(`its size is ${width} x ${height}`);
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw new Error(`it has ${bits} bits a pixel`);
  if (compression !== 0 && !((compression === bitFields || compression === 6) && bits >= 16))
    throw new Error('it is compressed, which is not read: save it as PNG');
  const masked = compression !== 0;
  const masks = masked
    ? [0, 1, 2].map((i) => (bytes.length >= 66 ? view.getUint32(54 + 4 * i, true) : 0))
    : bits === 16
      ? [0x7c00, 0x3e0, 0x1f]
      : [0xff0000, 0xff00, 0xff];
  if (masks.some((mask) => mask === 0)) throw new Error('its color masks are 0');
  const said = old ? 0 : view.getUint32(46, true);
  const colors = bits <= 8 ? Math.min(said || 2 ** bits, 2 ** bits) : 0;
  const pixelsAt = view.getUint32(10, true);
  return { width, height: Math.abs(height), topDown: height < 0, bits, masks, colors, paletteAt: 14 + size, paletteEntry: old ? 3 : 4, pixelsAt };
}

/**
 * Decodes an uncompressed BMP file to RGB: 1, 4 and 8 bits with a palette, 16 and 32 bits with masks, 24 bits. A fourth channel, which has no agreed meaning,
 * is passed over.
 *
 * @throws Error that says what is wrong
 */
export function decodeBmp(bytes: Uint8Array): PixelImage {
  const { width, height, topDown, bits, masks, colors, paletteAt, paletteEntry, pixelsAt } = readBmpHeader(bytes);
  const row = Math.ceil((width * bits) / 32) * 4;
  if (pixelsAt + row * height > bytes.length) throw new Error('its end is missing');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields = masks.map((mask) => ({ mask, shift: 31 - Math.clz32(mask & -mask), most: mask >>> (31 - Math.clz32(mask & -mask)) }));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = pixelsAt + row * (topDown ? y : height - 1 - y);
    for (let x = 0, o = 3 * y * width; x < width; x++, o += 3) {
      if (bits === 24 || bits <= 8) {
        let at = from + 3 * x;
        if (bits <= 8) {
          const index = ((bytes[from + ((x * bits) >> 3)] as number) >> (8 - bits - ((x * bits) & 7))) & (2 ** bits - 1);
          if (index >= colors) throw new Error(`pixel ${x}, ${y} has color ${index} of a palette of ${colors}`);
          at = paletteAt + paletteEntry * index;
        }
        data[o] = bytes[at + 2] as number;
        data[o + 1] = bytes[at + 1] as number;
        data[o + 2] = bytes[at] as number;
      } else {
        const value = bits === 16 ? view.getUint16(from + 2 * x, true) : view.getUint32(from + 4 * x, true);
        for (const [c, { mask, shift, most }] of fields.entries()) data[o + c] = Math.round((((value & mask) >>> shift) * 255) / most);
      }
    }
  }
  return { data, width, height, channels: 3 };
}
