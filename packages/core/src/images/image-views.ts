import {
  createImagePyramid,
  type DrawnAugmentation,
  forSourceSize,
  type ImageSize,
  planView,
  renderPlan,
  shrinkFor,
  type ViewPlan,
  type ViewSettings,
} from '@gradalign/pixels';
import { type DecodedImage, decodeImage } from '@gradalign/pixels/files';
import type { Augmentation, Interpolation, PixelImage } from '../contracts/augmentation.ts';
import type { DerivedImage, ImageSource } from '../contracts/dataset.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { createSeed } from '../contracts/seed.ts';
import { checkChannels, deriveImage } from './derive-image.ts';

/** Size, normalization and interpolation (default: bilinear) of views: `data.image` of an experiment. */
export type ImageSettings = Omit<Experiment['data']['image'], 'interpolation'> & { readonly interpolation?: Interpolation };

/** One image to load. Plain data, sent to worker threads as it is. */
export interface ImageRequest {
  readonly source: ImageSource;
  /** Keys of the random numbers for augmentation; absent: no augmentation, the whole image at the output's size. */
  readonly keys?: readonly (number | string)[];
  /** Number of views; each draws its own augmentation. */
  readonly views: number;
  /** Earlier decoded copies of the image: one that fits is used, and the file is not read. */
  readonly decoded?: readonly DecodedImage[];
}

export interface ImageViews {
  /** Number of values in one view. */
  readonly length: number;
  /**
   * Reads the image once and writes each view to `out` from `offsets[view]` on. Throws an UnreadableImageError before anything is written.
   * Returns the decoded image; undefined where an earlier copy was used.
   */
  write(request: ImageRequest, out: Float32Array, offsets: readonly number[]): Promise<DecodedImage | undefined>;
}

export interface ImageViewsOptions {
  readonly image: ImageSettings;
  readonly augmentations: readonly Augmentation[];
  /** The augmentations of a source's `through`. */
  readonly find: (named: DerivedImage['augmentations']) => Promise<readonly Augmentation[]>;
  readonly seed: number;
}

/** Turns an image into normalized views: decode, plan, sample. The same numbers on every thread. */
export function createImageViews({ image: settings, augmentations, find, seed }: ImageViewsOptions): ImageViews {
  const { size } = settings;
  const channels = settings.mean.length === 1 ? 1 : 3;
  const viewSettings: ViewSettings = { size, channels, interpolation: settings.interpolation ?? 'bilinear' };
  const stream = createSeed(seed).stream('augmentation');
  const throughStream = createSeed(seed).stream('through');

  const draw = (keys: ImageRequest['keys'], view: number): DrawnAugmentation[] =>
    keys ? augmentations.map((augmentation, index) => ({ augmentation, random: stream.at(...keys, view, index) })) : [];

  const sample = async (image: PixelImage, plans: readonly ViewPlan[], of: ImageSize, out: Float32Array, offsets: readonly number[]) => {
    const pyramid = createImagePyramid(image);
    for (const [view, { passes, ...plan }] of plans.entries()) {
      const scaled = passes.map((pass, i) => (i === 0 ? { ...pass, map: forSourceSize(pass.map, of, image) } : pass));
      await renderPlan(pyramid, { ...plan, passes: scaled }, settings, size, out, offsets[view] as number);
    }
  };

  /** Geometry is drawn before decoding, so that the file is not decoded at a higher resolution than any view shows. */
  const writeFolded: ImageViews['write'] = async ({ source, keys, views, decoded: known = [] }, out, offsets) => {
    const plansFor = (of: ImageSize) => Array.from({ length: views }, (_, view) => planView(draw(keys, view), of, viewSettings));
    const shrink = (of: ImageSize) => shrinkFor(plansFor(of), size);
    const there = known.find(({ size: of, factor, shrinkable }) => !shrinkable || shrink(of) === factor);
    using held = memory();
    const decoded = there ?? (await decodeImage(source, { channels, shrink, hold: held.hold }));
    await sample(decoded.image, plansFor(decoded.size), decoded.size, out, offsets);
    return there ? undefined : decoded;
  };

  const writePixelwise: ImageViews['write'] = async ({ source, keys, views, decoded: known = [] }, out, offsets) => {
    const there = known.find(({ factor }) => factor === 1);
    // With `shrink`, so that the cached image is known to be one that could be smaller.
    using held = memory();
    const decoded = there ?? (await decodeImage(source, { channels, shrink: () => 1, hold: held.hold }));
    const through = 'path' in source ? source.through : undefined;
    const drawn = keys && ((index: number) => throughStream.at(...keys, index));
    const image = through ? await deriveImage(decoded.image, through, await find(through.augmentations), drawn) : decoded.image;
    for (let view = 0; view < views; view++) {
      const augmenting = draw(keys, view);
      let own = image;
      for (const { augmentation, random } of augmenting) own = (await augmentation.pixels?.(own, random)) ?? own;
      checkChannels(own, channels);
      await sample(own, [planView(augmenting, own, viewSettings)], own, out, offsets.slice(view));
    }
    return there ? undefined : decoded;
  };

  const pixelwise = augmentations.some((augmentation) => augmentation.pixels);
  return {
    length: size * size * channels,
    write(request, out, offsets) {
      const wholePixels = (pixelwise && request.keys) || ('path' in request.source && request.source.through);
      return (wholePixels ? writePixelwise : writeFolded)(request, out, offsets);
    },
  };
}

/** A large image's share of memory, held until its views are written. */
function memory(): Disposable & { readonly hold: (release: () => void) => void } {
  let release = () => {};
  return {
    hold(given) {
      release = given;
    },
    [Symbol.dispose]: () => release(),
  };
}
