import type { CaptureParameters } from '../capture.ts';
import type { DevelopParameters } from '../develop.ts';
import { backgroundKinds, type Place } from '../face/scene.ts';
import type { PrintParameters } from '../print.ts';
import type { Range, RangesOf } from '../ranges.ts';
import type { ReplayParameters } from '../replay.ts';
import type { ViewpointParameters } from '../viewpoint.ts';

export const domainNames = ['webcam', 'phone', 'kiosk', 'doorbell'] as const;
export type DomainName = (typeof domainNames)[number];

/** The place, camera and attacks of one domain. */
export interface DomainProfile {
  /** Half the head's height as a share of half the picture's. */
  readonly faceScale: number;
  readonly place: Place;
  /** The sensor's side is also the side of the saved picture. */
  readonly capture: RangesOf<CaptureParameters>;
  readonly develop: RangesOf<DevelopParameters>;
  readonly viewpoint: RangesOf<ViewpointParameters>;
  /** Bytes per pixel of the JPEG file. */
  readonly bytesPerPixel: Range;
  readonly print: RangesOf<PrintParameters>;
  readonly replay: RangesOf<ReplayParameters>;
  /** Whether live clips tend to have the mark (1) or attacks do (-1): see `spuriousMarks`. */
  readonly marks: { readonly warm: 1 | -1; readonly darkCorners: 1 | -1; readonly bright: 1 | -1 };
}

const handheld: RangesOf<ViewpointParameters> = {
  zoom: [1.1, 1.2],
  rotation: [-0.08, 0.08],
  turn: [-0.2, 0.2],
  lean: [-0.12, 0.12],
  shiftX: [-0.03, 0.03],
  shiftY: [-0.03, 0.03],
  bend: [-0.06, 0.06],
};

export const domainProfiles: Record<DomainName, DomainProfile> = {
  webcam: {
    faceScale: 0.8,
    place: { lampSide: [0.2, 0.9], lampHeight: [0, 0.5], ambient: [0.35, 0.6], warmth: [-0.1, 0.4], backgrounds: ['wall', 'shelf', 'window', 'curtain'] },
    capture: {
      sensor: [96, 104],
      aperture: [0.8, 1],
      defocus: [0.35, 0.75],
      shake: [0, 1],
      shakeAngle: [0, Math.PI],
      vignette: [0, 0.2],
      metering: [1, 1],
      exposure: [0.8, 1.3],
      shotNoise: [0.04, 0.07],
      readNoise: [0.004, 0.01],
    },
    develop: {
      tone: [0.75, 1.35],
      automatic: [1, 1],
      equalizing: [0.5, 1],
      brightness: [0.38, 0.5],
      contrast: [0.15, 0.23],
      saturation: [0.03, 0.06],
      warmth: [-0.02, 0.1],
      greenness: [-0.02, 0.02],
      sharpening: [0.3, 0.9],
    },
    viewpoint: handheld,
    bytesPerPixel: [0.32, 0.42],
    print: {
      press: ['laser'],
      gamut: [0.7, 1],
      dotGain: [0.08, 0.2],
      screen: ['round'],
      halftone: [0.1, 0.4],
      period: [4, 5.5],
      angle: [0.65, 0.9],
      yellowness: [-0.3, 0.1],
      grain: [0.02, 0.04],
      gloss: [0, 0.04],
    },
    replay: {
      layout: ['rgb'],
      pixels: [0.62, 0.8],
      subPixels: [0.25, 0.7],
      gamma: [0.95, 1.2],
      blackLevel: [0.01, 0.04],
      warmth: [-0.4, 0],
      glare: [0, 0.08],
      banding: [0, 0.06],
      bands: [2, 5],
      blackMatrix: [1, 1],
    },
    marks: { warm: 1, darkCorners: 1, bright: 1 },
  },
  phone: {
    faceScale: 0.86,
    place: { lampSide: [0, 0.6], lampHeight: [0.1, 0.7], ambient: [0.45, 0.8], warmth: [-0.2, 0.3], backgrounds: backgroundKinds },
    capture: {
      sensor: [118, 128],
      aperture: [0.7, 0.9],
      defocus: [0.25, 0.7],
      shake: [0, 2],
      shakeAngle: [0, Math.PI],
      vignette: [0, 0.15],
      metering: [1, 1],
      exposure: [0.9, 1.3],
      shotNoise: [0.015, 0.035],
      readNoise: [0.002, 0.005],
    },
    develop: {
      tone: [0.75, 1.35],
      automatic: [1, 1],
      equalizing: [0.5, 1],
      brightness: [0.42, 0.54],
      contrast: [0.17, 0.25],
      saturation: [0.04, 0.075],
      warmth: [-0.03, 0.05],
      greenness: [-0.02, 0.01],
      sharpening: [0.6, 1.3],
    },
    viewpoint: { ...handheld, rotation: [-0.15, 0.15] },
    bytesPerPixel: [0.4, 0.6],
    print: {
      press: ['inkjet'],
      gamut: [0.7, 1],
      dotGain: [0.02, 0.12],
      screen: ['stochastic'],
      halftone: [0.1, 0.36],
      period: [3.2, 4.6],
      angle: [0, 0],
      yellowness: [-0.4, 0],
      grain: [0.015, 0.035],
      gloss: [0.02, 0.12],
    },
    replay: {
      layout: ['rgbg'],
      pixels: [0.75, 0.95],
      subPixels: [0.2, 0.6],
      gamma: [0.9, 1.15],
      blackLevel: [0, 0.01],
      warmth: [-0.3, 0.2],
      glare: [0.02, 0.14],
      banding: [0, 0.03],
      bands: [1, 3],
      blackMatrix: [1, 1],
    },
    marks: { warm: 1, darkCorners: -1, bright: -1 },
  },
  kiosk: {
    faceScale: 0.72,
    place: { lampSide: [0.3, 1.1], lampHeight: [0.3, 0.9], ambient: [0.3, 0.5], warmth: [-0.3, 0], backgrounds: ['tiles', 'wall', 'bokeh', 'window'] },
    capture: {
      sensor: [108, 118],
      aperture: [0.8, 1],
      defocus: [0.25, 0.6],
      shake: [0, 1.5],
      shakeAngle: [0, Math.PI],
      vignette: [0.1, 0.35],
      metering: [1, 1],
      exposure: [0.7, 1.1],
      shotNoise: [0.02, 0.045],
      readNoise: [0.003, 0.007],
    },
    develop: {
      tone: [0.75, 1.35],
      automatic: [1, 1],
      equalizing: [0.5, 1],
      brightness: [0.35, 0.46],
      contrast: [0.14, 0.22],
      saturation: [0.025, 0.05],
      warmth: [-0.06, 0.03],
      greenness: [0, 0.035],
      sharpening: [0, 0.6],
    },
    viewpoint: { ...handheld, lean: [-0.2, 0] },
    bytesPerPixel: [0.28, 0.4],
    print: {
      press: ['offset'],
      gamut: [0.7, 1],
      dotGain: [0.1, 0.2],
      screen: ['diamond'],
      halftone: [0.1, 0.38],
      period: [4.2, 6],
      angle: [0.2, 0.5],
      yellowness: [0, 0.3],
      grain: [0.01, 0.03],
      gloss: [0, 0.1],
    },
    replay: {
      layout: ['rgbw'],
      pixels: [0.66, 0.85],
      subPixels: [0.2, 0.65],
      gamma: [1, 1.25],
      blackLevel: [0.01, 0.05],
      warmth: [-0.6, -0.2],
      glare: [0.02, 0.12],
      banding: [0.02, 0.1],
      bands: [3, 8],
      blackMatrix: [1, 1],
    },
    marks: { warm: -1, darkCorners: 1, bright: -1 },
  },
  doorbell: {
    faceScale: 0.78,
    place: { lampSide: [0.1, 0.8], lampHeight: [-0.3, 0.4], ambient: [0.4, 0.9], warmth: [0, 0.6], backgrounds: ['wall', 'bokeh', 'tiles', 'curtain'] },
    capture: {
      sensor: [100, 110],
      aperture: [0.8, 1],
      defocus: [0.3, 0.7],
      shake: [0, 1],
      shakeAngle: [0, Math.PI],
      vignette: [0.05, 0.3],
      metering: [1, 1],
      exposure: [0.6, 1.2],
      shotNoise: [0.025, 0.048],
      readNoise: [0.004, 0.009],
    },
    develop: {
      tone: [0.75, 1.35],
      automatic: [1, 1],
      equalizing: [0.5, 1],
      brightness: [0.34, 0.48],
      contrast: [0.16, 0.24],
      saturation: [0.02, 0.045],
      warmth: [0.02, 0.13],
      greenness: [-0.03, 0.01],
      sharpening: [0.2, 0.8],
    },
    viewpoint: { ...handheld, lean: [0, 0.2], turn: [-0.3, 0.3] },
    bytesPerPixel: [0.34, 0.46],
    print: {
      press: ['newspaper'],
      gamut: [0.6, 0.9],
      dotGain: [0.15, 0.26],
      screen: ['line'],
      halftone: [0.1, 0.36],
      period: [4, 5.5],
      angle: [0, 1.5],
      yellowness: [0.2, 0.7],
      grain: [0.03, 0.06],
      gloss: [0, 0.02],
    },
    replay: {
      layout: ['bgr'],
      pixels: [0.55, 0.72],
      subPixels: [0.35, 0.85],
      gamma: [0.9, 1.1],
      blackLevel: [0, 0.03],
      warmth: [-0.2, 0.4],
      glare: [0, 0.1],
      banding: [0, 0.12],
      bands: [1, 4],
      blackMatrix: [1, 1],
    },
    marks: { warm: -1, darkCorners: -1, bright: 1 },
  },
};
