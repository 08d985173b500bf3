import sharp, { type Sharp } from 'sharp';

/** A picture in memory, 8-bit RGB. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** One way to make pictures worse, and which measure of a picture tells of it. */
export interface Degradation {
  readonly name: string;
  readonly measure: 'sharpness' | 'brightness' | 'size';
  /** From mild to strong. */
  readonly levels: readonly number[];
  readonly unit: string;
  apply(picture: Pixels, level: number): Promise<Pixels>;
}

const raw = ({ data, width, height }: Pixels) => sharp(data, { raw: { width, height, channels: 3 } });

async function pixels(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

/** Side that sharpness is measured at: levels of blur are in its pixels, so that they mean the same for pictures of any size. */
const side = 112;

export const degradations: readonly Degradation[] = [
  {
    name: 'blur',
    measure: 'sharpness',
    levels: [0.4, 0.7, 1, 1.5, 2, 3],
    unit: `sigma in pixels of ${side}`,
    apply: (picture, level) => pixels(raw(picture).blur(Math.max(0.3, (level * picture.width) / side))),
  },
  {
    name: 'darkness',
    measure: 'brightness',
    levels: [0.7, 0.5, 0.35, 0.25, 0.15, 0.08],
    unit: 'gain',
    apply: (picture, level) => pixels(raw(picture).linear(level, 0)),
  },
  {
    name: 'small size',
    measure: 'size',
    levels: [64, 48, 32, 24, 16, 12],
    unit: 'pixels a side',
    apply: (picture, level) => pixels(raw(picture).resize(level, level, { fit: 'fill', kernel: 'linear' })),
  },
];
