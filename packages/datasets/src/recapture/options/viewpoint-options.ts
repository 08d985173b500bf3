import type { ViewpointParameters } from '../viewpoint.ts';
import type { DescribedStage } from './described-range.ts';

/** How sheets and displays are held in front of a camera. */
export const viewpointOptions: DescribedStage<ViewpointParameters> = {
  zoom: { says: 'Hand: enlargement; above 1 the edges leave the image', unit: 'ratio', least: 0.5, most: 3, default: [1.05, 1.3], source: 'chosen' },
  rotation: { says: 'Hand: rotation in the image plane', unit: 'radians', least: -3.15, most: 3.15, default: [-0.15, 0.15], source: 'chosen' },
  turn: { says: 'Hand: rotation about the vertical axis', unit: 'radians', least: -0.6, most: 0.6, default: [-0.3, 0.3], source: 'chosen' },
  lean: { says: 'Hand: rotation about the horizontal axis', unit: 'radians', least: -0.6, most: 0.6, default: [-0.2, 0.2], source: 'chosen' },
  shiftX: { says: 'Hand: how far the center moves right', unit: 'share of the width', least: -0.5, most: 0.5, default: [-0.04, 0.04], source: 'chosen' },
  shiftY: { says: 'Hand: how far the center moves down', unit: 'share of the height', least: -0.5, most: 0.5, default: [-0.04, 0.04], source: 'chosen' },
  bend: { says: 'Hand: depth of the bulge of a held sheet', unit: 'share of the width', least: -0.3, most: 0.3, default: [-0.1, 0.1], source: 'chosen' },
};
