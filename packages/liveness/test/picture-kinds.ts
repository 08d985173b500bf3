import sharp, { type Sharp } from 'sharp';

/** A picture with edges, ramps and stripes in all channels. */
function drawing(width: number, height: number): Sharp {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    return (x * (c + 2) + y * (4 - c) + ((x * 7919 + y * 104729) % 41) + ((x >> 3) + (y >> 3)) * 37 * (c % 2)) % 256;
  });
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const small = () => drawing(120, 90);

/** Files of pictures that are read, by what is special about them. */
export async function readablePictures(): Promise<Record<string, Uint8Array>> {
  const jpeg = await small().jpeg({ quality: 88 }).toBuffer();
  const png = await small().png().toBuffer();
  const turned = async (orientation: number) => small().withMetadata({ orientation }).jpeg().toBuffer();
  return {
    'plain.png': png,
    'plain.jpg': jpeg,
    'progressive.jpg': await small().jpeg({ progressive: true }).toBuffer(),
    'mirrored.jpg': await turned(2),
    'half-turn.jpg': await turned(3),
    'transposed.jpg': await turned(5),
    'turned.jpg': await turned(6),
    'turned-back.jpg': await turned(8),
    'narrow-pixels.jpg': withDensity(jpeg, 2, 1),
    'wide-pixels.jpg': withDensity(jpeg, 3, 4),
    'turned-narrow.jpg': withDensity(await turned(6), 3, 2),
    'barely-wide.jpg': withDensity(jpeg, 1001, 1000),
    'wrong-density.jpg': withDensity(jpeg, 1, 100),
    'narrow-pixels.png': withPhysical(png, 4000, 3000),
    '16-bits.png': await small().toColourspace('rgb16').png().toBuffer(),
    'gray.png': await small().toColourspace('b-w').png().toBuffer(),
    'gray.jpg': await small().toColourspace('b-w').jpeg().toBuffer(),
    '16-bits-gray.png': await small().toColourspace('grey16').png().toBuffer(),
    'alpha.png': await small().ensureAlpha(0.4).png().toBuffer(),
    'gray-alpha.png': await small().ensureAlpha(0.4).toColourspace('b-w').png().toBuffer(),
    'palette.png': await small().png({ palette: true, colors: 32 }).toBuffer(),
    'cmyk.jpg': await small().toColourspace('cmyk').jpeg().toBuffer(),
    'p3.png': await small().withIccProfile('p3').png().toBuffer(),
    'p3.jpg': await small().withIccProfile('p3').jpeg().toBuffer(),
    'lossy.webp': await small().webp().toBuffer(),
    'alpha.webp': await small().ensureAlpha(0.4).webp({ lossless: true }).toBuffer(),
    'plain.avif': await small().avif({ effort: 0 }).toBuffer(),
    'plain.tif': await small().tiff({ compression: 'lzw' }).toBuffer(),
    'plain.gif': await small().gif().toBuffer(),
    'plain.bmp': await bmp(),
    'large.jpg': await drawing(900, 700).jpeg({ quality: 95 }).toBuffer(),
    'large-narrow.jpg': withDensity(await drawing(900, 700).jpeg({ quality: 95 }).toBuffer(), 3, 2),
    'large.png': await drawing(900, 700).png({ compressionLevel: 1 }).toBuffer(),
  };
}

/** Files that are refused. */
export async function refusedPictures(): Promise<Record<string, Uint8Array>> {
  const png = new Uint8Array(await small().png().toBuffer());
  const huge = png.slice();
  new DataView(huge.buffer).setUint32(16, 20000);
  new DataView(huge.buffer).setUint32(20, 20000);
  return {
    'empty.png': new Uint8Array(),
    'text.jpg': new TextEncoder().encode('not a picture'),
    'drawing.png': new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    'cut.png': png.slice(0, 200),
    'cut.jpg': new Uint8Array(await small().jpeg().toBuffer()).slice(0, 900),
    'huge.png': huge,
    'long.png': withPhysical(png, 0xffffffff, 1),
  };
}

/** JFIF's density: pixels are narrow where many fit side by side. It stands first, before EXIF. */
export function withDensity(file: Uint8Array, across: number, down: number): Uint8Array {
  const jfif = Uint8Array.from([0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 1, across >> 8, across & 255, down >> 8, down & 255, 0, 0]);
  const rest = file[3] === 0xe0 ? 4 + (file[4] as number) * 256 + (file[5] as number) : 2;
  return Uint8Array.from([0xff, 0xd8, ...jfif, ...file.subarray(rest)]);
}

/** PNG's pHYs, after the header. */
export function withPhysical(file: Uint8Array, across: number, down: number): Uint8Array {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, 9);
  chunk.set(new TextEncoder().encode('pHYs'), 4);
  view.setUint32(8, across);
  view.setUint32(12, down);
  chunk[16] = 1;
  view.setUint32(17, crc32(chunk.subarray(4, 17)));
  return Uint8Array.from([...file.subarray(0, 33), ...chunk, ...file.subarray(33)]);
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** 24 bits, rows from below; 120 pixels of 3 bytes need no padding. */
async function bmp(): Promise<Uint8Array> {
  const rgb = await small().raw().toBuffer();
  const file = new Uint8Array(54 + rgb.length);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(2, file.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 120, true);
  view.setInt32(22, 90, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < 90; y++)
    for (let x = 0; x < 120; x++) for (let c = 0; c < 3; c++) file[54 + ((89 - y) * 120 + x) * 3 + c] = rgb[(y * 120 + x) * 3 + 2 - c] as number;
  return file;
}
