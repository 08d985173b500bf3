import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImageLoader } from '@gradalign/core/images';
import { type CropConvention, cropConvention, type InputSettings, parseFrameChoice, prepareInput } from '@gradalign/datasets';
import { afterAll, describe, expect, it } from 'vitest';
import { type LivenessOptions, loadLiveness } from '../src/load-liveness.ts';
import { readPicture } from '../src/node.ts';
import { readablePictures, refusedPictures } from './picture-kinds.ts';
import { smallMetadata, smallModel } from './small-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-liveness-'));
const pictures = { ...(await readablePictures()) };
const broken = await refusedPictures();
for (const [name, file] of Object.entries({ ...pictures, ...broken })) writeFileSync(join(folder, name), file);

const size = 24;
const image = { size, interpolation: 'bilinear', mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] } as const;
const loader = createImageLoader({ image, augment: [], pluginFiles: [], seed: 1, workers: 0 });
afterAll(async () => {
  await loader.close();
  rmSync(folder, { recursive: true });
});

/** Texture and color count, so that a pixel that differs shows: a logit moves by up to 12 / 1728 for a value that is off by one. */
const weights = Float32Array.from({ length: size * size * 3 }, (_, i) => ((i * 7919) % 25) - 12);
const face = {
  box: { x: 11.5, y: 12.25, width: 50, height: 61 },
  landmarks: { rightEye: { x: 25, y: 38 }, leftEye: { x: 48, y: 33 } },
};
const detector = { detect: async () => [face] };
const limits = { size: 0, sharpness: 0, brightness: 0, cutOff: 1 };

interface Prepared {
  readonly crop: CropConvention;
  readonly format: 'png' | `jpeg ${number}`;
  readonly pixelAspect?: 'keep';
  readonly faces?: 'none';
}

/** What predict makes of a picture for a run whose sources were prepared so; null: not by data prepare. */
function settingsOf(prepared: Prepared | null): InputSettings {
  const quality = Number(prepared?.format.split(' ')[1] ?? 100);
  return {
    frames: parseFrameChoice('every=5'),
    framesPerVideo: 0,
    size,
    pixelAspect: prepared?.pixelAspect ?? 'correct',
    ffmpeg: () => {
      throw new Error('a picture needs no ffmpeg');
    },
    ...(prepared && {
      crop: {
        convention: prepared.crop,
        format: { kind: prepared.format === 'png' ? ('png' as const) : ('jpeg' as const), quality },
        ...(prepared.faces ? {} : { detector }),
      },
    }),
  };
}

async function predicted(path: string, prepared: Prepared | null): Promise<number> {
  const { images } = await prepareInput(path, 'image', settingsOf(prepared));
  const {
    data,
    broken: [problem],
  } = await loader.load([{ source: images[0] as never, views: 1 }]);
  if (problem) throw new Error(problem.message);
  return data.reduce((sum, value, i) => sum + value * (weights[i] as number), 0) / data.length - 128;
}

function modelOf(prepared: Prepared | null): Uint8Array {
  const preparation = prepared && { faces: 'auto', ...prepared };
  return smallModel({ ...smallMetadata, image: { size, channels: 3, interpolation: 'bilinear' }, preparation }, size, weights);
}

const options: LivenessOptions = { detector, limits };
const conventions = ['safas', 'ssdg', 'gd-fas', 'ssan'].map((name) => cropConvention(name, { size: 48 }));
const crop = conventions[0] as CropConvention;

describe('check gives the logit of predict to 1e-3', () => {
  it.each<[string, Prepared | null]>([
    ['crops saved as JPEG of quality 95', { crop, format: 'jpeg 95' }],
    ['crops of low quality whose pixels were kept as stored', { crop, format: 'jpeg 60', pixelAspect: 'keep' }],
    ['whole frames saved as PNG', { crop, format: 'png', faces: 'none' }],
    ['pictures that nothing prepared', null],
  ])('with %s, for every kind of picture', async (_, prepared) => {
    await using liveness = await loadLiveness(modelOf(prepared), options);
    for (const name of Object.keys(pictures)) {
      const path = join(folder, name);
      const { logit, decision } = await liveness.check(await readPicture(path));
      const expected = await predicted(path, prepared);
      expect([name, logit, decision]).toEqual([name, expect.closeTo(expected, 3), expected >= 0 ? 'live' : 'attack']);
    }
  });

  it.each(conventions.map((convention) => [convention.name, convention] as const))('with crops as %s', async (_, convention) => {
    const prepared = { crop: convention, format: 'jpeg 95' } as const;
    await using liveness = await loadLiveness(modelOf(prepared), options);
    const path = join(folder, 'plain.png');
    expect((await liveness.check(await readPicture(path))).logit).toBeCloseTo(await predicted(path, prepared), 3);
  });

  it('with crops that a user made, as --cropped', async () => {
    await using liveness = await loadLiveness(modelOf({ crop, format: 'jpeg 95' }), { ...options, cropped: true });
    for (const name of ['plain.jpg', 'narrow-pixels.jpg', 'large.jpg']) {
      const path = join(folder, name);
      expect([name, (await liveness.check(await readPicture(path))).logit]).toEqual([name, expect.closeTo(await predicted(path, null), 3)]);
    }
  });
});

describe('what predict refuses is refused in the same words', () => {
  it('files', async () => {
    mkdirSync(join(folder, 'folder.png'));
    for (const name of [...Object.keys(broken), 'missing.png', 'folder.png']) {
      const path = join(folder, name);
      const said = await prepareInput(path, 'image', settingsOf({ crop, format: 'png' })).then(
        () => undefined,
        (error: Error) => error.message,
      );
      const here = await readPicture(path).then(
        () => undefined,
        (error: Error) => error.message,
      );
      expect([name, here]).toEqual([name, said === undefined ? undefined : expect.stringContaining(`: ${said}, expected `)]);
      expect([name, said === undefined]).toEqual([name, name === 'long.png']);
    }
  });

  it('faces', async () => {
    const found: readonly (readonly [string, object])[] = [
      ['outside', { box: { x: 500, y: 0, width: 20, height: 20 } }],
      ['flat', { box: { x: 0, y: 0, width: 20, height: 0 } }],
      ['without eyes', { box: face.box }],
      ['with one eye', { box: face.box, landmarks: { rightEye: { x: 5, y: 5 }, leftEye: { x: 5, y: 5 } } }],
    ];
    const path = join(folder, 'plain.png');
    for (const [kind, faces] of [['none', []], ...found.map(([name, one]) => [name, [one]] as const)] as readonly (readonly [string, readonly object[]])[])
      for (const convention of [crop, cropConvention('ssdg', { size: 48 })]) {
        const finding = { detect: async () => faces };
        await using liveness = await loadLiveness(modelOf({ crop: convention, format: 'png' }), { detector: finding, limits });
        const settings = settingsOf({ crop: convention, format: 'png' });
        const said = await prepareInput(path, 'image', {
          ...settings,
          crop: { ...(settings.crop as NonNullable<InputSettings['crop']>), detector: finding },
        }).then(
          () => null,
          (error: Error) => error.message,
        );
        const { reason } = await liveness.check(await readPicture(path));
        expect([kind, convention.name, reason]).toEqual([kind, convention.name, said]);
      }
  });
});
