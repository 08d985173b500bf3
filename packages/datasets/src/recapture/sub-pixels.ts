const subPixelLayouts = {
  /** Stripes of an LCD monitor. */
  rgb: ['RGB', 'RGB', '...'],
  bgr: ['BGR', 'BGR', '...'],
  /** Two sub-pixels per pixel, green in each: OLED phones. */
  rgbg: ['RRGBBG', 'RRGBBG', '......', 'BBGRRG', 'BBGRRG', '......'],
  /** Four sub-pixels over two by two pixels, one white: LCD tablets and televisions. */
  rgbw: ['RRRGGG', 'RRRGGG', '......', 'BBBWWW', 'BBBWWW', '......'],
} as const satisfies Record<string, readonly string[]>;

export type SubPixelLayout = keyof typeof subPixelLayouts;
export const subPixelLayoutNames = Object.keys(subPixelLayouts) as readonly SubPixelLayout[];

/** Samples along a side of a display pixel: the layouts' letters. */
export const samplesPerPixel = 3;

/** How brightly each sample of a layout's tile shines in red, green and blue; the mean over the tile is 1 for each, so that a picture keeps its colors. */
export interface SubPixelTile {
  readonly side: number;
  /** side x side x 3. */
  readonly gains: Float32Array;
}

/** `strength` 0 has no sub-pixels, 1 the layout. `blackMatrix` 1 has its grid black, 0 lets the sub-pixels reach over it. */
export function subPixelTile(layout: SubPixelLayout, strength: number, blackMatrix = 1): SubPixelTile {
  const rows: readonly string[] = subPixelLayouts[layout];
  const width = rows[0]?.length ?? 0;
  // Both sides of the tile are multiples of the layout's: repeat its rows where it is wider than high.
  const letters = Array.from({ length: width }, (_, y) => rows[y % rows.length] as string).join('');
  const lit = Float32Array.from({ length: letters.length * 3 }, (_, i) => {
    const place = Math.floor(i / 3);
    const grid = letters[place] === '.';
    const letter = letters[grid ? place - width : place];
    return letter === 'W' || letter === 'RGB'[i % 3] ? (grid ? 1 - blackMatrix : 1) : 0;
  });
  const means = [0, 1, 2].map((channel) => lit.reduce((sum, value, i) => sum + (i % 3 === channel ? value : 0), 0) / letters.length);
  return { side: width, gains: lit.map((value, i) => 1 + strength * (value / (means[i % 3] as number) - 1)) };
}
