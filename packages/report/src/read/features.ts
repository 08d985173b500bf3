import { isNumber, record } from './read-run.ts';

/** A run's `features.json`: its features in two dimensions. Plain JSON. */
export interface FeaturesFile extends FeatureSettings {
  /** Number of features of an image, before they became two. */
  readonly dimensions: number;
  /** Share of the variance along each of the two principal components, 0..1. */
  readonly explained: readonly [number, number];
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  readonly points: readonly FeaturePoint[];
}

/** What has to be the same for a file to be of the run. */
export interface FeatureSettings {
  readonly kind: 'features';
  readonly checkpoint: string;
  /** SHA-256 of the weights. */
  readonly weights: string;
  /** SHA-256 of the names of the images. */
  readonly images: string;
  /** The seed of the run, which draws images and starts UMAP. */
  readonly seed: number;
  /** At most so many images. */
  readonly samples: number;
  /** Neighbors that UMAP looks at. */
  readonly neighbors: number;
}

/** An image. */
export interface FeaturePoint {
  readonly id: string;
  readonly domain: string;
  readonly role: 'source' | 'target';
  readonly label: number;
  readonly principal: readonly [number, number];
  readonly umap: readonly [number, number];
}

/** The features; or why they cannot be drawn. */
export function featuresOf(file: Readonly<Record<string, unknown>>): FeaturesFile | { readonly error: string } {
  const { kind, points, classes, explained } = file;
  if (kind !== 'features') return { error: 'features.json holds no features' };
  const isPlace = (place: unknown) => Array.isArray(place) && place.length === 2 && place.every(isNumber);
  const isPoint = (point: unknown) => {
    const { id, domain, role, label, principal, umap } = record(point);
    const isKnown = typeof id === 'string' && typeof domain === 'string' && (role === 'source' || role === 'target') && Number.isInteger(label);
    return isKnown && isPlace(principal) && isPlace(umap);
  };
  const whole = Array.isArray(points) && points.length > 0 && points.length <= 10_000 && points.every(isPoint) && Array.isArray(classes) && isPlace(explained);
  return whole ? (file as unknown as FeaturesFile) : { error: 'features.json is damaged' };
}
