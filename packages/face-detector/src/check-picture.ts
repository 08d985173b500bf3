import type { Picture } from './detected-face.ts';

/** @throws RangeError if the bytes do not match the size */
export function checkPicture({ data, width, height }: Picture): void {
  if (!(width >= 1 && height >= 1) || data.length !== width * height * 3)
    throw new RangeError(`Cannot detect faces: ${data.length} bytes for ${width} x ${height}, expected 3 for each pixel, and at least one pixel`);
}
