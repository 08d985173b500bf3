import { createRandom, type PixelImage } from '@gradalign/core';

/** The pictures that both sides transform, by name. */
export interface Pictures {
  /** 24 x 20 random pixels: every difference shows. */
  readonly noise: PixelImage;
  /** 120 x 96: slopes, an ellipse, fine texture. */
  readonly scene: PixelImage;
  /** 64 x 64, white. */
  readonly white: PixelImage;
}

export function makePictures(): Pictures {
  const random = createRandom(['transforms']);
  return {
    noise: picture(24, 20, () => random.integer(256)),
    scene: picture(120, 96, (x, y, c) => {
      const inside = ((x - 62) / 34) ** 2 + ((y - 45) / 38) ** 2 < 1;
      const texture = 14 * Math.sin(1.9 * x + 0.7 * y + c) * Math.cos(1.3 * y);
      const color = [196, 148, 118][c] as number;
      return (inside ? color : 60 + 0.9 * x + 0.4 * y * (c - 1)) + texture;
    }),
    white: picture(64, 64, () => 255),
  };
}

function picture(width: number, height: number, value: (x: number, y: number, c: number) => number): PixelImage {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return Math.max(0, Math.min(255, Math.round(value(pixel % width, Math.floor(pixel / width), i % 3))));
  });
  return { data, width, height, channels: 3 };
}
