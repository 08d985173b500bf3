import { screenShapes } from '../halftone.ts';
import type { PrintParameters } from '../print.ts';
import type { DescribedStage } from './described-range.ts';

/** Presses and papers of everyday attacks. */
export const printOptions: DescribedStage<PrintParameters> = {
  press: {
    says: 'Print: inks',
    names: ['offset', 'laser', 'inkjet', 'newspaper'],
    default: ['offset', 'laser', 'inkjet', 'newspaper'],
    source: 'rounded from characterization data like FOGRA39 (coated offset) and IFRA26 (newsprint)',
  },
  gamut: {
    says: "Print: how far the inks are the press's rather than ideal",
    unit: 'share',
    least: 0,
    most: 1,
    default: [0.5, 1],
    source: 'chosen: published press profiles are applied fully, 1',
  },
  dotGain: {
    says: 'Print: growth of a dot at half coverage',
    unit: 'share of the area',
    least: 0,
    most: 0.3,
    default: [0.05, 0.25],
    source: 'ISO 12647-2: about 0.14 for offset on coated paper; ISO 12647-3: 0.26 for newsprint',
  },
  screen: {
    says: 'Print: shape of the halftone dots; stochastic scatters them as blue noise',
    names: screenShapes,
    default: screenShapes,
    source: 'Ulichney, Digital halftoning, 1987; published augmentations have dots and blue noise',
  },
  halftone: {
    says: 'Print: how far tones are rendered by dots',
    unit: 'share',
    least: 0,
    most: 1,
    default: [0.1, 0.6],
    source: 'published augmentations blend 0.01 to 0.4; more here, since the camera blurs the dots again',
  },
  period: {
    says: 'Print: distance between dots (the screen ruling)',
    unit: 'image pixels',
    least: 1,
    most: 16,
    default: [2, 6],
    source: 'computed: an A4 portrait at 40 to 100 lines per inch, its face 100 pixels wide; published dots are 3 pixels wide',
  },
  angle: {
    says: 'Print: angle of the black screen; the others are 30 degrees apart, yellow between (ISO 12647-2)',
    unit: 'radians',
    least: 0,
    most: Math.PI,
    default: [0, Math.PI / 2],
    source: 'chosen: any angle, as sheets are held; 0.79 (45 degrees) is usual',
  },
  yellowness: {
    says: 'Print: color of the paper, from bluish with brightener (-1) through white to yellowed newsprint (1)',
    unit: 'share',
    least: -1,
    most: 1,
    default: [-0.5, 0.8],
    source: 'chosen',
  },
  grain: {
    says: "Print: standard deviation of the paper's fibers",
    unit: 'share of white',
    least: 0,
    most: 0.1,
    default: [0.01, 0.06],
    source: 'chosen',
  },
  gloss: {
    says: 'Print: strongest reflection in the sheet',
    unit: 'share of white',
    least: 0,
    most: 0.4,
    default: [0, 0.15],
    source: 'published reflections blend 0.01 to 0.2',
  },
};
