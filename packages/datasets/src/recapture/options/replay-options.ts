import type { ReplayParameters } from '../replay.ts';
import { subPixelLayoutNames } from '../sub-pixels.ts';
import type { DescribedStage } from './described-range.ts';

/** Displays of everyday attacks. */
export const replayOptions: DescribedStage<ReplayParameters> = {
  layout: {
    says: 'Replay: sub-pixels of the display',
    names: subPixelLayoutNames,
    default: subPixelLayoutNames,
    source: 'published moiré simulations use RGB, BGR, RGBG and RGBW',
  },
  pixels: {
    says: "Replay: display pixels per image pixel; moiré appears as the camera's pixels approach their size",
    unit: 'ratio',
    least: 0.25,
    most: 2,
    default: [0.5, 1.5],
    source: 'computed: a face of 100 to 250 pixels that fills half a phone or part of a monitor',
  },
  subPixels: {
    says: 'Replay: how far light comes from sub-pixels',
    unit: 'share',
    least: 0,
    most: 1,
    default: [0.3, 1],
    source: 'published moiré blends 0.01 to 0.3; more here, since the camera averages sub-pixels again',
  },
  blackMatrix: {
    says: 'Replay: how dark the grid between sub-pixels is',
    unit: 'share',
    least: 0,
    most: 1,
    default: [0, 1],
    source: 'published moiré simulations have layouts with and without a black matrix',
  },
  gamma: {
    says: 'Replay: exponent on linear light; above 1 the display is darker than the image was made for',
    unit: 'exponent',
    least: 0.5,
    most: 2,
    default: [0.85, 1.3],
    source: 'chosen: displays set to 1.9 to 2.8 for images made for 2.2 (IEC 61966-2-1)',
  },
  blackLevel: {
    says: 'Replay: light of a black pixel',
    unit: 'share of white',
    least: 0,
    most: 0.2,
    default: [0, 0.05],
    source: 'chosen: OLED 0, an LCD in a bright room 0.05',
  },
  warmth: {
    says: 'Replay: warmth of white, from about 9,000 K (-1) to night mode (1)',
    unit: 'share',
    least: -1,
    most: 1,
    default: [-0.6, 0.4],
    source: 'chosen',
  },
  glare: {
    says: 'Replay: strongest reflection in the glass',
    unit: 'share of white',
    least: 0,
    most: 0.4,
    default: [0, 0.15],
    source: 'published reflections blend 0.01 to 0.2',
  },
  banding: {
    says: 'Replay: depth of the dark bands from a rolling shutter on a flickering display',
    unit: 'share',
    least: 0,
    most: 0.5,
    default: [0, 0.1],
    source: 'chosen',
  },
  bands: {
    says: "Replay: bands over the image's height",
    unit: 'count',
    least: 0,
    most: 20,
    default: [1, 8],
    source: 'computed: flicker of 120 to 480 Hz read out in 8 to 20 ms',
  },
};
