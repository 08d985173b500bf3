import { expect, it } from 'vitest';
import type { Augmentation } from '../contracts/pixel-image.ts';
import { createRandom } from '../contracts/random.ts';
import { composeAffine } from './affine-map.ts';
import { planView } from './view-plan.ts';

const random = createRandom([0]);
const image = { width: 100, height: 80 };
const geometry = (step: Parameters<typeof composeAffine>[1], more: Partial<Augmentation> = {}): Augmentation => ({
  geometry: (map) => composeAffine(map, step),
  ...more,
});
const crop = (more: Partial<Augmentation> = {}) => geometry({ xx: 0.5, xy: 0, x0: 0.25, yx: 0, yy: 0.5, y0: 0.25 }, more);
const mirror = geometry({ xx: -1, xy: 0, x0: 1, yx: 0, yy: 1, y0: 0 });
const h = Math.SQRT1_2;
const turn = (more: Partial<Augmentation> = {}) => geometry({ xx: h, xy: -h, x0: 0.5, yx: h, yy: h, y0: 0.5 - h }, more);
const plan = (augmentations: readonly Augmentation[], interpolation: 'bilinear' | 'bicubic' = 'bilinear') =>
  planView(
    augmentations.map((augmentation) => ({ augmentation, random })),
    image,
    { size: 10, channels: 3, interpolation },
  ).passes;
const kinds = (...args: Parameters<typeof plan>) => plan(...args).map(({ interpolation }) => interpolation);

it('bilinear geometry is one pass, whatever comes', () => {
  expect(kinds([crop(), mirror, turn(), turn({ clips: true }), crop()])).toEqual(['bilinear']);
});

it('bicubic: crops and mirror images are one pass, a turn is a pass of its own over the view of 10 x 10', () => {
  const passes = plan([mirror, crop({ interpolation: 'bicubic' }), mirror, turn({ interpolation: 'bicubic', clips: true })]);
  expect(passes.map(({ interpolation }) => interpolation)).toEqual(['bicubic', 'bicubic']);
  // Mirrored twice: from a quarter of the image on, half of it wide.
  expect(passes[0]?.map).toEqual({ xx: 50, xy: 0, x0: 25, yx: 0, yy: 40, y0: 20 });
  expect(passes[1]?.map.xx).toBeCloseTo(10 * h, 9);
  expect(passes[1]?.inside).toEqual([]);
});

it('augmentations that do not say are read as data.image says, and only where they differ is there another pass', () => {
  expect(kinds([], 'bicubic')).toEqual(['bicubic']);
  expect(kinds([crop(), mirror], 'bicubic')).toEqual(['bicubic']);
  expect(kinds([crop({ interpolation: 'bilinear' }), turn({ interpolation: 'bilinear' })], 'bicubic')).toEqual(['bilinear']);
  expect(kinds([turn({ interpolation: 'bicubic' })])).toEqual(['bilinear', 'bicubic']);
  expect(kinds([crop({ interpolation: 'bicubic' }), turn({ clips: true })])).toEqual(['bicubic', 'bilinear']);
  expect(kinds([crop(), turn(), crop()], 'bicubic')).toEqual(['bicubic', 'bicubic', 'bicubic']);
});

it('a later pass is in pixels of the view before it: after a bicubic crop and a bilinear turn, the middle half is half as long there', () => {
  const [, last] = plan([crop({ interpolation: 'bicubic' }), turn(), crop()]);
  expect(last?.map.xx).toBeCloseTo((10 * h) / 2, 9);
});

it('what clips keeps its borders through later steps: a turn, then a mirror image, then the middle half', () => {
  const [pass] = plan([turn({ clips: true }), mirror, crop()]);
  const [inside, ...others] = pass?.inside ?? [];
  expect(others).toEqual([]);
  // The view's corner (0, 0) is (3/4, 1/4) of the turned view: 1/4 to the right of the middle and 1/4 up, so at 1/2 + (h + h) / 4 across.
  expect(inside?.x0).toBeCloseTo(0.5 + h / 2, 9);
  expect(inside?.y0).toBeCloseTo(0.5, 9);
});
