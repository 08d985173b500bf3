import { completeOptions, createRandom, type PixelImage } from '@gradalign/core';
import sharp from 'sharp';
import { recapture } from '../src/augmentations/recapture.ts';
import { type CaptureParameters, capture, neutralCapture } from '../src/recapture/capture.ts';
import { type DevelopParameters, develop, neutralDevelop } from '../src/recapture/develop.ts';
import { lightWithin } from '../src/recapture/image/light-within.ts';
import type { LinearImage } from '../src/recapture/image/linear-image.ts';
import { mirrored } from '../src/recapture/image/resample.ts';
import { neutralPrint, type PrintParameters, print } from '../src/recapture/print.ts';
import { neutralReplay, type ReplayParameters, replay } from '../src/recapture/replay.ts';
import { neutralViewpoint, placeFrom, type ViewpointParameters } from '../src/recapture/viewpoint.ts';
import { pictureSheet, type SheetRow } from './picture-sheet.ts';
import { renderedFace } from './rendered-face.ts';

const side = 150;
const face = lightWithin(renderedFace(4, side), side);
const random = () => createRandom(['recapture-sheet']);

interface Look {
  readonly capture?: Partial<CaptureParameters>;
  readonly viewpoint?: Partial<ViewpointParameters>;
  readonly develop?: Partial<DevelopParameters>;
}

/** What a camera sees that does nothing but what it is told. */
function seen(light: LinearImage, look: Look = {}): PixelImage {
  const place = mirrored(placeFrom({ ...neutralViewpoint, ...look.viewpoint }));
  const { bytes, width, height } = develop(capture(light, { ...neutralCapture(side), ...look.capture }, random(), place), {
    ...neutralDevelop,
    ...look.develop,
  });
  return { data: bytes, width, height, channels: 3 };
}

const onPaper = (parameters: Partial<PrintParameters>) => print(face, { ...neutralPrint, ...parameters }, random());
const onDisplay = (parameters: Partial<ReplayParameters>) => replay(face, { ...neutralReplay, ...parameters }, random());

function strengths(title: string, values: readonly number[], of: (value: number) => PixelImage): SheetRow {
  return { title, notes: values.map(String), pictures: values.map(of) };
}

async function draws(kind: string): Promise<SheetRow> {
  const { pixels } = recapture.create(completeOptions(recapture, { kind }) as never);
  const live = renderedFace(4, 256);
  const pictures = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(async (i) => pixels?.(live, createRandom(['recapture-sheet', i]))));
  return { title: `${kind}\nas drawn by default`, pictures: pictures as PixelImage[] };
}

/** docs/recapture.jpg: each stage, each important parameter at rising strength, and draws from the default ranges. The face is rendered. */
export async function recaptureSheet(): Promise<Buffer> {
  const inks = { press: 'newspaper', gamut: 1, dotGain: 0.15 } as const;
  const dots = { ...inks, screen: 'round', halftone: 0.5, period: 4, angle: 0.8 } as const;
  const paper = { ...dots, yellowness: 0.6, grain: 0.06, gloss: 0.12 };
  const held = { turn: 0.25, lean: 0.1, rotation: 0.08, zoom: 1.1, bend: 0.1 };
  const light = { gamma: 1.3, blackLevel: 0.05, warmth: -0.6 };
  const lines = { ...light, layout: 'rgb', pixels: 0.8, subPixels: 1 } as const;
  const glass = { ...lines, glare: 0.2, banding: 0.1 };
  const camera = { sensor: 120, defocus: 0.5, shake: 1.5, shakeAngle: 0.5, vignette: 0.25, metering: 1, shotNoise: 0.03, readNoise: 0.005 };
  const finished = { automatic: 1, equalizing: 0.4, sharpening: 0.6 };
  const chain = ['held', 'camera', 'development'];
  const upTo = (instrument: LinearImage) => [
    seen(instrument, { viewpoint: held }),
    seen(instrument, { viewpoint: held, capture: camera }),
    seen(instrument, { viewpoint: held, capture: camera, develop: finished }),
  ];
  const rows: SheetRow[] = [
    {
      title: 'print\nstage by stage',
      notes: ['the face', 'inks of the press', 'halftone', 'paper and gloss', ...chain],
      pictures: [seen(face), seen(onPaper(inks)), seen(onPaper(dots)), seen(onPaper(paper)), ...upTo(onPaper(paper))],
    },
    {
      title: 'replay\nstage by stage',
      notes: ['the face', 'gamma, black, white', 'sub-pixels', 'glare and bands', ...chain],
      pictures: [seen(face), seen(onDisplay(light)), seen(onDisplay(lines)), seen(onDisplay(glass)), ...upTo(onDisplay(glass))],
    },
    strengths('halftone\nround, period 4', [0, 0.1, 0.2, 0.4, 0.6, 0.8, 1], (halftone) => seen(onPaper({ ...dots, halftone }))),
    strengths('halftone\nstochastic, period 3', [0, 0.1, 0.2, 0.4, 0.6, 0.8, 1], (halftone) =>
      seen(onPaper({ ...dots, screen: 'stochastic', period: 3, halftone })),
    ),
    strengths('period\nhalftone 0.5', [1, 2, 3, 4, 5, 6, 8], (period) => seen(onPaper({ ...dots, period }))),
    strengths('gamut\nnewspaper', [0, 0.2, 0.4, 0.6, 0.8, 0.9, 1], (gamut) => seen(onPaper({ ...inks, gamut }))),
    strengths('pixels\nsub-pixels 1, held', [0.5, 0.6, 0.75, 0.9, 1, 1.2, 1.5], (pixels) =>
      seen(onDisplay({ layout: 'rgb', pixels, subPixels: 1 }), { viewpoint: held }),
    ),
    strengths('sub-pixels\nrgbg, pixels 0.8', [0, 0.1, 0.2, 0.4, 0.6, 0.8, 1], (subPixels) => seen(onDisplay({ layout: 'rgbg', pixels: 0.8, subPixels }))),
    strengths('glare', [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4], (glare) => seen(onDisplay({ glare }))),
    strengths('shake\npixels of the sensor', [0, 1, 2, 4, 8, 12, 16], (shake) => seen(face, { capture: { shake, shakeAngle: 0.5 } })),
    strengths('bend', [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3], (bend) => seen(face, { viewpoint: { bend } })),
    await draws('live'),
    await draws('print'),
    await draws('replay'),
  ];
  return sharp(await pictureSheet(rows, { side, labels: true }))
    .jpeg({ quality: 72, mozjpeg: true })
    .toBuffer();
}
