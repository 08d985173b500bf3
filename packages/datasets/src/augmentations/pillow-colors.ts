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
  for (let o = 0; o < data.length; o += 3) shiftHue(image.data[o] as number, image.data[o + 1] as number, image.data[o + 2] as number, shift, data, o);
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

/** To HSV and back, as Pillow converts: in float32, each of the three a byte. */
function shiftHue(r: number, g: number, b: number, shift: number, to: Uint8Array, o: number): void {
  const most = Math.max(r, g, b);
  const range = most - Math.min(r, g, b);
  if (range === 0) {
    to.fill(most, o, o + 3);
    return;
  }
  const rc = Math.fround((most - r) / range);
  const gc = Math.fround((most - g) / range);
  const bc = Math.fround((most - b) / range);
  const turned = Math.fround(r === most ? bc - gc : g === most ? 2 + rc - bc : 4 + gc - rc);
  const hue = (byte(Math.fround((turned / 6 + 1) % 1) * 255) + shift) & 255;
  const saturation = Math.fround(byte(Math.fround(range / most) * 255) / 255);
  const sixths = (hue * 6) / 255;
  const sector = Math.floor(sixths);
  const f = Math.fround(sixths - sector);
  const p = Math.round(most * (1 - saturation));
  const q = Math.round(most * (1 - saturation * f));
  const t = Math.round(most * (1 - saturation * (1 - f)));
  const six = sector % 6;
  to[o] = six === 0 || six === 5 ? most : six === 1 ? q : six === 4 ? t : p;
  to[o + 1] = six === 1 || six === 2 ? most : six === 0 ? t : six === 3 ? q : p;
  to[o + 2] = six === 3 || six === 4 ? most : six === 2 ? t : six === 5 ? q : p;
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, Math.trunc(value)));
}
