/** A color of the page: a name that the stylesheet gives a value to, one for light and one for dark. */
export type Color = `var(--${string})`;

/**
 * Colors that people with any of the common color vision deficiencies tell apart (after Okabe and Ito, 2008, darkened or lightened to a contrast
 * of 3 : 1 or more with the background). Light, dark.
 */
const values: Readonly<Record<string, readonly [string, string]>> = {
  'series-1': ['#0067a8', '#5cb8f2'],
  'series-2': ['#c8500a', '#ff8f4d'],
  'series-3': ['#007a5a', '#3fcf9f'],
  'series-4': ['#a3407f', '#e08cc0'],
  'series-5': ['#8f6a00', '#e8bc3a'],
  'series-6': ['#4a55b8', '#a3adff'],
  'series-7': ['#5f6670', '#b4bcc8'],
  'series-8': ['#8a3b2a', '#e59a8a'],
  'bona-fide': ['#0067a8', '#5cb8f2'],
  attack: ['#c8500a', '#ff8f4d'],
  literature: ['#6a5acd', '#b3a6ff'],
  decision: ['#a3407f', '#e08cc0'],
  deployable: ['#007a5a', '#3fcf9f'],
  fixed: ['#8f6a00', '#e8bc3a'],
  // From low to high: lightness falls (in the dark: rises) by even steps, so that the order shows without color.
  'level-1': ['#f3f6fb', '#1d2430'],
  'level-2': ['#dbe6f3', '#22344a'],
  'level-3': ['#bdd3ea', '#254763'],
  'level-4': ['#97bcdf', '#2a5d80'],
  'level-5': ['#6ba2d1', '#35779f'],
  'level-6': ['#4285be', '#4c95c0'],
  'level-7': ['#2767a0', '#7ab6db'],
  'level-8': ['#144878', '#b9dcf2'],
  grid: ['#d9dde3', '#363d4a'],
  muted: ['#5b6470', '#a3adbb'],
  ink: ['#1b2027', '#e8ebf0'],
  card: ['#ffffff', '#191e27'],
  page: ['#f4f6f8', '#10141b'],
};

const seriesCount = 8;
const dashes = ['', '7 3', '2 3', '9 3 2 3'];

/** Of things of one kind, in their order: colors, and dashes that tell them apart without color. */
export function seriesStyle(index: number): { readonly color: Color; readonly dash: string } {
  return { color: `var(--series-${(index % seriesCount) + 1})`, dash: dashes[index % dashes.length] as string };
}

/** Declarations of all colors for a stylesheet. */
export function colorDeclarations(scheme: 'light' | 'dark'): string {
  return Object.entries(values)
    .map(([name, [light, dark]]) => `--${name}:${scheme === 'light' ? light : dark};`)
    .join('');
}

/** An SVG whose colors stand in it, for programs without stylesheets. */
export function withLightColors(svg: string): string {
  return svg.replace(/var\(--([a-z0-9-]+)\)/g, (whole, name: string) => values[name]?.[0] ?? whole);
}
