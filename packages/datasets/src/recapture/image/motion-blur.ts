import { createImage, type LinearImage } from './linear-image.ts';

/** Mean along a line of `length` pixels at `angle` (radians, 0 to the right): a hand moving evenly while the shutter is open. Length 0 returns the image unchanged. */
export function motionBlur(image: LinearImage, length: number, angle: number): LinearImage {
  if (length <= 0) return image;
  const { width, height, data } = image;
  const taps = Math.max(2, Math.ceil(length) + 1);
  const out = createImage(width, height);
  for (let tap = 0; tap < taps; tap++) {
    const along = length * (tap / (taps - 1) - 0.5);
    const dx = along * Math.cos(angle);
    const dy = along * Math.sin(angle);
    const left = Math.floor(dx);
    const top = Math.floor(dy);
    addShifted(data, out, left, top, ((1 - dx + left) * (1 - dy + top)) / taps);
    addShifted(data, out, left + 1, top, ((dx - left) * (1 - dy + top)) / taps);
    addShifted(data, out, left, top + 1, ((1 - dx + left) * (dy - top)) / taps);
    addShifted(data, out, left + 1, top + 1, ((dx - left) * (dy - top)) / taps);
  }
  return out;
}

function addShifted(from: Float32Array, { width, height, data }: LinearImage, dx: number, dy: number, weight: number): void {
  if (weight === 0) return;
  for (let y = 0; y < height; y++) {
    const row = Math.min(height - 1, Math.max(0, y + dy)) * width;
    for (let x = 0; x < width; x++) {
      const source = 3 * (row + Math.min(width - 1, Math.max(0, x + dx)));
      const to = 3 * (y * width + x);
      data[to] = (data[to] as number) + weight * (from[source] as number);
      data[to + 1] = (data[to + 1] as number) + weight * (from[source + 1] as number);
      data[to + 2] = (data[to + 2] as number) + weight * (from[source + 2] as number);
    }
  }
}
