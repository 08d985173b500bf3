import { createRandom, type Random } from '@gradalign/core';
import { gaussianBlur } from './image/gaussian-blur.ts';
import { createImage, type LinearImage, luminanceWeights, meanColor } from './image/linear-image.ts';
import { motionBlur } from './image/motion-blur.ts';
import { type PlaceMap, resample, samePlace } from './image/resample.ts';

/** Lens, shutter and sensor. Lengths are in sensor pixels. */
export interface CaptureParameters {
  /** Pixels along the longer side of the sensor, which has the aspect ratio of the incoming light. Neutral: as many as that light has. */
  readonly sensor: number;
  /** Side of the square that a sensor pixel averages: its fill factor, more with an optical low-pass filter. 0.5 to 1.5; 1 is neutral. */
  readonly aperture: number;
  /** Standard deviation of the lens blur. 0 (neutral) to 1.5. */
  readonly defocus: number;
  /** Path of the hand while the shutter is open. 0 (neutral) to 16, as in published augmentations on images of 224 pixels and more. */
  readonly shake: number;
  /** Direction of that path, radians. */
  readonly shakeAngle: number;
  /** Light lost in the corners. 0 (neutral) to 0.6; a negative share brightens them. */
  readonly vignette: number;
  /** How far the exposure adapts to the light: 0 (neutral) not at all, 1 to a mean luminance of 0.2. */
  readonly metering: number;
  /** Factor on the exposure; 1 is neutral. */
  readonly exposure: number;
  /** Standard deviation of the shot noise at white; it scales with the square root of light. 0 (neutral) to 0.1. */
  readonly shotNoise: number;
  /** Standard deviation of the noise in the dark. 0 (neutral) to 0.02. */
  readonly readNoise: number;
}

export function neutralCapture(sensor: number): CaptureParameters {
  return { sensor, aperture: 1, defocus: 0, shake: 0, shakeAngle: 0, vignette: 0, metering: 0, exposure: 1, shotNoise: 0, readNoise: 0 };
}

/** The sensor's reading of the light in front of the camera: linear, noisy, with the light's aspect ratio. */
export function capture(light: LinearImage, parameters: CaptureParameters, random: Random, place: PlaceMap = samePlace): LinearImage {
  const { aperture, defocus, shake, shakeAngle, vignette, metering, exposure, shotNoise, readNoise } = parameters;
  const perPixel = Math.round(parameters.sensor) / Math.max(light.width, light.height);
  const width = Math.max(1, Math.round(light.width * perPixel));
  const height = Math.max(1, Math.round(light.height * perPixel));
  const sampled = resample(light, width, height, place, { aperture });
  const focused = gaussianBlur(motionBlur(sampled, shake, shakeAngle), defocus);
  const gain = exposure * meteredGain(focused, metering);
  const read = createImage(width, height);
  for (let y = 0; y < height; y++) {
    const dy = (2 * y + 1) / height - 1;
    let noisePlace = random.integer(normals.length);
    for (let x = 0; x < width; x++) {
      const dx = (2 * x + 1) / width - 1;
      const falloff = 1 - vignette * 0.5 * (dx * dx + dy * dy);
      for (let at = 3 * (y * width + x), end = at + 3; at < end; at++) {
        const value = (focused.data[at] as number) * gain * falloff;
        const deviation = shotNoise * Math.sqrt(Math.max(0, value)) + readNoise;
        read.data[at] = value + deviation * (normals[noisePlace++ % normals.length] as number);
      }
    }
  }
  return read;
}

/** Standard normal numbers, read from a random position for each row: drawing each one would take longer than all the optics. */
const normals = (() => {
  const random = createRandom(['sensor-noise']);
  return Float32Array.from({ length: 65_537 }, () => random.normal());
})();

/** Factor that moves mean luminance toward 0.2, by the share `metering` of the distance in the logarithm. */
function meteredGain(image: LinearImage, metering: number): number {
  if (metering === 0) return 1;
  const luminance = meanColor(image).reduce((sum, value, channel) => sum + value * (luminanceWeights[channel] as number), 0);
  return (0.2 / Math.max(1e-4, luminance)) ** metering;
}
