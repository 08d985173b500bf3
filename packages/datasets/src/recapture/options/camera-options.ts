import type { CaptureParameters } from '../capture.ts';
import type { DevelopParameters } from '../develop.ts';
import type { DescribedRange, DescribedStage } from './described-range.ts';

/** Sensor resolution as a share of the resolution of the incoming image. */
export type CameraOptions = Omit<CaptureParameters, 'sensor'> & { readonly resolution: number };

/** Cameras of phones, laptops and doors. */
export const cameraOptions: DescribedStage<CameraOptions> = {
  resolution: {
    says: 'Camera: sensor pixels per image pixel, along a side',
    unit: 'ratio',
    least: 0.1,
    most: 1,
    default: [0.5, 1],
    source: 'published downscaling goes to 1/6',
  },
  aperture: {
    says: 'Camera: side of the square that a sensor pixel averages',
    unit: 'sensor pixels',
    least: 0.1,
    most: 2,
    default: [0.6, 1.1],
    source: 'chosen: fill factors of sensors; above 1 with an optical low-pass filter',
  },
  defocus: {
    says: 'Camera: standard deviation of the lens blur',
    unit: 'sensor pixels',
    least: 0,
    most: 3,
    default: [0, 0.8],
    source: 'chosen',
  },
  shake: {
    says: 'Camera: path of the hand while the shutter is open',
    unit: 'sensor pixels',
    least: 0,
    most: 16,
    default: [0, 2.5],
    source: 'published hand tremor blurs 1 to 16 pixels, on images of 224 pixels and more',
  },
  shakeAngle: {
    says: 'Camera: direction of that path, 0 to the right',
    unit: 'radians',
    least: 0,
    most: Math.PI,
    default: [0, Math.PI],
    source: 'all directions',
  },
  vignette: { says: 'Camera: light lost in the corners', unit: 'share', least: -0.6, most: 0.8, default: [0, 0.35], source: 'chosen' },
  metering: {
    says: 'Camera: how far the exposure adapts to the light; 1 gives a mean luminance of 0.2',
    unit: 'share',
    least: 0,
    most: 1,
    default: [1, 1],
    source: 'chosen: cameras meter, so brightness does not reveal attacks',
  },
  exposure: {
    says: 'Camera: factor on the exposure',
    unit: 'ratio',
    least: 0.1,
    most: 4,
    default: [0.7, 1.4],
    source: 'chosen: half a stop in either direction',
  },
  shotNoise: {
    says: 'Camera: standard deviation of the shot noise at white; it scales with the square root of light',
    unit: 'share of white',
    least: 0,
    most: 0.2,
    default: [0.01, 0.045],
    source: 'computed: full wells of 500 to 10,000 electrons',
  },
  readNoise: {
    says: 'Camera: standard deviation of the noise in the dark',
    unit: 'share of white',
    least: 0,
    most: 0.05,
    default: [0.002, 0.01],
    source: 'chosen',
  },
};

/** How cameras process the reading: the same for live faces and attacks, so that none of it distinguishes them. */
export const developOptions: DescribedStage<DevelopParameters> = {
  tone: {
    says: 'Development: exponent on encoded values; below 1 opens shadows',
    unit: 'exponent',
    least: 0.4,
    most: 2.5,
    default: [0.75, 1.35],
    source: 'chosen',
  },
  automatic: {
    says: 'Development: how far tone and color are adjusted to the targets below; at 1, mean, contrast and saturation do not reveal attacks',
    unit: 'share',
    least: 0,
    most: 1,
    default: [1, 1],
    source: 'chosen: automatic levels, white balance and saturation',
  },
  equalizing: {
    says: 'Development: how far luminance is equalized to a normal distribution',
    unit: 'share of automatic',
    least: 0,
    most: 1,
    default: [0, 0.8],
    source: 'chosen: dynamic-range modes',
  },
  brightness: { says: 'Development: target mean', unit: 'encoded value, 0 to 1', least: 0.1, most: 0.9, default: [0.35, 0.55], source: 'chosen' },
  contrast: {
    says: 'Development: target standard deviation of luminance',
    unit: 'encoded value',
    least: 0.02,
    most: 0.4,
    default: [0.14, 0.24],
    source: 'chosen',
  },
  saturation: {
    says: 'Development: target standard deviation of color differences',
    unit: 'encoded value',
    least: 0,
    most: 0.2,
    default: [0.02, 0.06],
    source: 'chosen',
  },
  warmth: { says: 'Development: target difference of red over blue', unit: 'encoded value', least: -0.3, most: 0.3, default: [-0.05, 0.12], source: 'chosen' },
  greenness: {
    says: 'Development: target difference of green over red and blue',
    unit: 'encoded value',
    least: -0.2,
    most: 0.2,
    default: [-0.03, 0.03],
    source: 'chosen',
  },
  sharpening: { says: 'Development: unsharp masking over one pixel', unit: 'share', least: 0, most: 3, default: [0, 1], source: 'chosen' },
};

/** For an image in memory, which is compressed and decoded again. */
export const qualityOption: DescribedRange = {
  says: 'File: quality of the JPEG compression (4:2:0)',
  unit: "libjpeg's scale",
  least: 1,
  most: 100,
  default: [60, 95],
  source: 'chosen: what cameras and messengers use',
};

/** For a file. */
export const bytesPerPixelOption: DescribedRange = {
  says: 'File: size of the JPEG file; quality, 20 to 98, adapts, so that file size does not reveal attacks',
  unit: 'bytes per pixel',
  least: 0.05,
  most: 3,
  default: [0.3, 0.5],
  source: "the recapture benchmark's",
};
