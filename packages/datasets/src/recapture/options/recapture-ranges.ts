import type { Random } from '@gradalign/core';
import type { TSchema } from '@sinclair/typebox';
import type { DevelopParameters } from '../develop.ts';
import type { PrintParameters } from '../print.ts';
import { drawFrom, type RangesOf } from '../ranges.ts';
import type { Instrument, RecaptureParameters } from '../recapture.ts';
import type { ReplayParameters } from '../replay.ts';
import type { ViewpointParameters } from '../viewpoint.ts';
import { type CameraOptions, cameraOptions, developOptions } from './camera-options.ts';
import { type Described, rangeSchema } from './described-range.ts';
import { printOptions } from './print-options.ts';
import { replayOptions } from './replay-options.ts';
import { viewpointOptions } from './viewpoint-options.ts';

/** `live`: the image itself in front of the camera, so that live faces and attacks differ only in the instrument. */
const recaptureKinds = ['live', 'print', 'replay'] as const;
/** What a picture of the recapture chain shows. */
export type RecaptureKind = (typeof recaptureKinds)[number];

/** The ranges of every parameter of the chain. */
export interface RecaptureRanges {
  readonly print: RangesOf<PrintParameters>;
  readonly replay: RangesOf<ReplayParameters>;
  readonly viewpoint: RangesOf<ViewpointParameters>;
  readonly camera: RangesOf<CameraOptions>;
  readonly develop: RangesOf<DevelopParameters>;
}

/** One parameter, under its name among the options of the whole chain. */
export interface RecaptureOption {
  readonly option: string;
  readonly stage: keyof RecaptureRanges;
  readonly parameter: string;
  readonly described: Described;
}

const stages = { print: printOptions, replay: replayOptions, viewpoint: viewpointOptions, camera: cameraOptions, develop: developOptions };
/** Two stages have a warmth: the display's white, and the camera's white balance. */
const names: Readonly<Record<string, string>> = { 'replay.warmth': 'displayWarmth' };

/** Every parameter of the chain, in the order of the stages. */
export const recaptureOptions: readonly RecaptureOption[] = (Object.keys(stages) as (keyof RecaptureRanges)[]).flatMap((stage) =>
  Object.entries(stages[stage] as Readonly<Record<string, Described>>).map(([parameter, described]) => ({
    option: names[`${stage}.${parameter}`] ?? parameter,
    stage,
    parameter,
    described,
  })),
);

/** Schemas of all those options, to be spread into an item's. */
export const rangeProperties: Readonly<Record<string, TSchema>> = Object.fromEntries(
  recaptureOptions.map(({ option, described }) => [option, rangeSchema(described)]),
);

/** The ranges in complete options, which may hold others. */
export function rangesFrom(options: Readonly<Record<string, unknown>>): RecaptureRanges {
  const ranges = Object.fromEntries(
    Object.keys(stages).map((stage) => [
      stage,
      Object.fromEntries(recaptureOptions.flatMap((one) => (one.stage === stage ? [[one.parameter, options[one.option]]] : []))),
    ]),
  );
  return ranges as unknown as RecaptureRanges;
}

/** The options that are ranges of the chain. */
export function rangeOptions(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(recaptureOptions.map(({ option }) => [option, options[option]]));
}

/**
 * The parameters of one image whose longer side has `side` pixels. Each stage has its own generator: the same generators give live, print
 * and replay the same hand motion and camera.
 */
export function drawRecapture(kind: RecaptureKind, ranges: RecaptureRanges, side: number, random: (part: string) => Random): RecaptureParameters {
  const { resolution, ...camera } = drawFrom(ranges.camera, random('camera'));
  const instrument = instruments[kind](ranges, random('instrument'));
  return {
    ...(instrument ? { instrument } : {}),
    viewpoint: drawFrom(ranges.viewpoint, random('viewpoint')),
    capture: { sensor: Math.max(1, Math.round(resolution * side)), ...camera },
    develop: drawFrom(ranges.develop, random('develop')),
  };
}

const instruments: Record<RecaptureKind, (ranges: RecaptureRanges, random: Random) => Instrument | undefined> = {
  live: () => undefined,
  print: (ranges, random) => ({ kind: 'print', print: drawFrom(ranges.print, random) }),
  replay: (ranges, random) => ({ kind: 'replay', replay: drawFrom(ranges.replay, random) }),
};
