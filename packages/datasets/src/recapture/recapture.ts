import type { Random } from '@gradalign/core';
import { type CaptureParameters, capture } from './capture.ts';
import { type DevelopParameters, develop, type Picture } from './develop.ts';
import type { LinearImage } from './image/linear-image.ts';
import { mirrored } from './image/resample.ts';
import { type PrintParameters, print } from './print.ts';
import { type ReplayParameters, replay } from './replay.ts';
import { placeFrom, type ViewpointParameters } from './viewpoint.ts';

/** What is held in front of the camera instead of a face. */
export type Instrument = { readonly kind: 'print'; readonly print: PrintParameters } | { readonly kind: 'replay'; readonly replay: ReplayParameters };

export interface RecaptureParameters {
  /** Absent: the light itself is in front of the camera, as with a live face. */
  readonly instrument?: Instrument;
  readonly viewpoint: ViewpointParameters;
  readonly capture: CaptureParameters;
  readonly develop: DevelopParameters;
}

/** Randomness beside the parameters: frames of one clip share the sheet or display, and differ in noise. */
export interface RecaptureRandom {
  /** Positions of fibers, reflections and bands. */
  readonly instrument: Random;
  readonly noise: Random;
}

/** The whole chain: an image on paper or on a display, then lens, sensor and development. Linear light in, 8-bit image out. */
export function recapture(image: LinearImage, parameters: RecaptureParameters, random: RecaptureRandom): Picture {
  const light = present(image, parameters.instrument, random.instrument);
  const place = mirrored(placeFrom(parameters.viewpoint, image.width / image.height));
  return develop(capture(light, parameters.capture, random.noise, place), parameters.develop);
}

function present(image: LinearImage, instrument: Instrument | undefined, random: Random): LinearImage {
  if (instrument === undefined) return image;
  return instrument.kind === 'print' ? print(image, instrument.print, random) : replay(image, instrument.replay, random);
}
