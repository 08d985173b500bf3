import type { PixelImage } from '@gradalign/core';

/** Pillow's ImageEnhance.Brightness: factor · pixel, cut to bytes. */
export function adjustBrightness(image: PixelImage, factor: number): PixelImage {
  return blended(image, () => 0, factor);
}

/** Pillow's ImageEnhance.Contrast: away from the image's rounded mean gray (factor above 1), or towards it. */
export function adjustContrast(image: PixelImage, factor: number): PixelImage {
  const n = image.width * image.height;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += grayAt(image, i);
  const mean = Math.trunc(sum / n + 0.5);
  return blended(image, () => mean, factor);
}

/** Pillow's ImageEnhance.Color: away from each pixel's gray, or towards it. */
export function adjustSaturation(image: PixelImage, factor: number): PixelImage {
  return image.channels === 1 ? image : blended(image, (i) => grayAt(image, i), factor);
}

/** torchvision's adjust_hue on PIL images: HSV of 8 bits each, as Pillow converts them, hue shifted by whole 256ths of a turn. */
export function adjustHue(image: PixelImage, turns: number): PixelImage {
  if (image.channels === 1) return image;
  const shift = Math.trunc(turns * 255) & 255;
  const data = new Uint8Array(image.data.length);
  for (let o = 0; o < data.length; o += 3) {
    const [h, s, v] = toHsv(image.data[o] as number, image.data[o + 1] as number, image.data[o + 2] as number);
    writeRgb((h + shift) & 255, s, v, data, o);
  }
  return { ...image, data };
}

/** Luma of ITU-R BT.601 in Pillow's fixed point. */
function grayAt({ data, channels }: PixelImage, i: number): number {
  if (channels === 1) return data[i] as number;
  return (19595 * (data[3 * i] as number) + 38470 * (data[3 * i + 1] as number) + 7471 * (data[3 * i + 2] as number) + 32768) >> 16;
}

/** Pillow's blend in float32: base + factor · (pixel - base), cut to bytes. */
function blended(image: PixelImage, base: (pixel: number) => number, factor: number): PixelImage {
  const { channels } = image;
  const share = Math.fround(factor);
  const data = new Uint8Array(image.data.length);
  for (let o = 0, i = 0; o < data.length; i++) {
    const from = base(i);
    for (let c = 0; c < channels; c++, o++) {
      const value = Math.fround(from + Math.fround(share * ((image.data[o] as number) - from)));
      data[o] = value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
    }
  }
  return { ...image, data };
}

/** As Pillow converts: in float32. */
function toHsv(r: number, g: number, b: number): readonly [number, number, number] {
  const most = Math.max(r, g, b);
  const range = most - Math.min(r, g, b);
  if (range === 0) return [0, 0, most];
  const [rc, gc, bc] = [r, g, b].map((value) => Math.fround((most - value) / range)) as [number, number, number];
  const sixths = Math.fround(r === most ? bc - gc : g === most ? 2 + rc - bc : 4 + gc - rc);
  return [byte(Math.fround((sixths / 6 + 1) % 1) * 255), byte(Math.fround(range / most) * 255), most];
}

function writeRgb(h: number, s: number, v: number, to: Uint8Array, o: number): void {
  const saturation = Math.fround(s / 255);
  const sixths = (h * 6) / 255;
  const sector = Math.floor(sixths);
  const f = Math.fround(sixths - sector);
  const p = Math.round(v * (1 - saturation));
  const q = Math.round(v * (1 - saturation * f));
  const t = Math.round(v * (1 - saturation * (1 - f)));
  const six = sector % 6;
  to[o] = [v, q, p, p, t, v][six] as number;
  to[o + 1] = [t, v, v, q, p, p][six] as number;
  to[o + 2] = [p, p, t, v, v, q][six] as number;
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, Math.trunc(value)));
}
