import type { FramePicture } from '@gradalign/pixels';

/** Longer than the header of any image with sides below a million pixels. */
const headerBytes = 24;

/**
 * Splits a stream of binary PPM images (`P6 width height 255`, then 8-bit RGB): raw video in which each frame states its size, so that
 * the effect of a file's rotation need not be known beforehand. An incomplete last image is dropped.
 */
export async function* ppmFrames(stream: AsyncIterable<Buffer>): AsyncGenerator<FramePicture> {
  let begun: Buffer = Buffer.alloc(0);
  let picture: FramePicture | undefined;
  let filled = 0;
  for await (const received of stream) {
    let chunk = received;
    for (let at = 0; at < chunk.length; ) {
      if (!picture) {
        chunk = Buffer.concat([begun, chunk.subarray(at)]);
        const [text, width, height] = /^P6\s(\d+)\s(\d+)\s255\s/.exec(chunk.toString('latin1', 0, headerBytes)) ?? [];
        if (text === undefined) {
          if (chunk.length >= headerBytes) throw new Error(`Cannot read frames: they begin with '${chunk.toString('latin1', 0, 8)}', expected PPM images`);
          begun = chunk;
          break;
        }
        begun = Buffer.alloc(0);
        at = text.length;
        picture = { width: Number(width), height: Number(height), data: new Uint8Array(Number(width) * Number(height) * 3) };
        filled = 0;
      }
      const part = chunk.subarray(at, at + picture.data.length - filled);
      picture.data.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === picture.data.length) {
        yield picture;
        picture = undefined;
      }
    }
  }
}
