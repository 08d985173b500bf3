import { execFileSync } from 'node:child_process';
import sharp, { type Sharp } from 'sharp';

/** A picture of one gray level. */
export function gray(level: number, width = 40, height = width): Sharp {
  return sharp({ create: { width, height, channels: 3, background: { r: level, g: level, b: level } } });
}

/** A PNG file whose header promises so many pixels and that has hardly any. */
export async function pngOf(width: number, height: number): Promise<Buffer> {
  const png = await gray(200).png().toBuffer();
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  // CRC-32 of IHDR (PNG, third edition, annex D).
  let crc = 0xffffffff;
  for (const byte of png.subarray(12, 29)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  png.writeUInt32BE(~crc >>> 0, 29);
  return png;
}

/** A clip of one gray level: ffmpeg's options choose its kind, by default MP4 whose index stands in front. */
export function grayClip(
  level: number,
  { seconds = 1, size = '64x48', options = ['-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4'], input = '' } = {},
): Buffer {
  const hex = level.toString(16).padStart(2, '0').repeat(3);
  const source = ['-f', 'lavfi', '-i', input || `color=c=0x${hex}:s=${size}:d=${seconds}:r=10`];
  return execFileSync('ffmpeg', ['-v', 'error', ...source, ...options, 'pipe:1'], { maxBuffer: 2 ** 28 });
}

/** A PNG file of some 5 KB. */
export function noise(): Promise<Buffer> {
  const data = Uint8Array.from({ length: 40 * 40 * 3 }, (_, i) => (i * i * 31 + i * 17) % 251);
  return sharp(data, { raw: { width: 40, height: 40, channels: 3 } })
    .png()
    .toBuffer();
}

/** A file whose end is missing. */
export function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}
