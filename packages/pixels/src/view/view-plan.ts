import type { AffineMap, Augmentation, ColorMap, ErasedPart, Interpolation } from '../contracts/pixel-image.ts';
import type { Random } from '../contracts/random.ts';
import { composeAffine, type ImageSize, invertAffine, isUpright, mirrors, wholeImage } from './affine-map.ts';
import { type FlatColorMap, foldColor } from './color-map.ts';

/** One reading of pixels: from the image, or from the view that the pass before it made. */
export interface ViewPass {
  /** In pixels of what it reads. */
  readonly map: AffineMap;
  readonly interpolation: Interpolation;
  /** From the view's (u, v) to those of earlier views: where one of them leaves 0..1 the view is black. */
  readonly inside: readonly AffineMap[];
}

/** What one view shows: all geometry as one map (or several, where an interpolation asks for it), all color as one matrix. */
export interface ViewPlan {
  /** At least one; the first is in pixels of an image of the size that the plan was drawn for. */
  readonly passes: readonly ViewPass[];
  /** Those that change the rendered view. */
  readonly onView: readonly DrawnAugmentation[];
  readonly color: FlatColorMap | undefined;
  readonly erased: readonly ErasedPart[];
}

/** An augmentation with its own random numbers: what one draws does not change what another draws. */
export interface DrawnAugmentation {
  readonly augmentation: Augmentation;
  readonly random: Random;
}

/** What views of an image are made for. */
export interface ViewSettings {
  /** Side of a view in pixels. */
  readonly size: number;
  readonly channels: 1 | 3;
  /** Of resizing, and of augmentations that do not say. */
  readonly interpolation: Interpolation;
}

/** Draws the augmentations of one view; without any it shows the whole image. */
export function planView(drawn: readonly DrawnAugmentation[], size: ImageSize, settings: ViewSettings): ViewPlan {
  const geometry = new Geometry(size, settings);
  const colors: ColorMap[] = [];
  const erased: ErasedPart[] = [];
  for (const { augmentation, random } of drawn) {
    if (augmentation.geometry) geometry.follow(augmentation, random);
    if (augmentation.color) colors.push(augmentation.color(random));
    if (augmentation.erase) erased.push(...augmentation.erase(random, settings.size));
  }
  const onView = drawn.filter(({ augmentation }) => augmentation.view);
  return { passes: geometry.passes(), onView, color: foldColor(colors, settings.channels), erased };
}

/** Folds each step into the pass before it, or begins a pass of its own where their interpolations differ. */
class Geometry {
  readonly #size: ImageSize;
  readonly #settings: ViewSettings;
  readonly #done: ViewPass[] = [];
  #pass: ViewPass;
  /** From the view to the image, over all passes: what augmentations see. */
  #total: AffineMap;

  constructor(size: ImageSize, settings: ViewSettings) {
    this.#size = size;
    this.#settings = settings;
    this.#total = wholeImage(size);
    this.#pass = { map: this.#total, interpolation: settings.interpolation, inside: [] };
  }

  follow({ geometry, interpolation = this.#settings.interpolation, clips = false }: Augmentation, random: Random): void {
    const total = geometry?.(this.#total, this.#size, random) ?? this.#total;
    const isFolded = interpolation === 'bilinear' && this.#pass.interpolation === 'bilinear';
    if (isFolded && !clips && this.#pass.inside.length === 0 && this.#done.length === 0) this.#fold(total, interpolation, []);
    else if (total !== this.#total) this.#step(total, interpolation, clips);
    this.#total = total;
  }

  passes(): ViewPass[] {
    return [...this.#done, this.#pass];
  }

  #step(total: AffineMap, interpolation: Interpolation, clips: boolean): void {
    const step = composeAffine(invertAffine(this.#total), total);
    const inside = [...this.#pass.inside.map((map) => composeAffine(map, step)), ...(clips ? [step] : [])];
    if (mirrors(step)) {
      const { interpolation: same } = this.#pass;
      this.#pass = { map: composeAffine(this.#pass.map, step), interpolation: same, inside: inside.slice(0, this.#pass.inside.length) };
    } else if (interpolation === 'bilinear' && this.#pass.interpolation === 'bilinear') {
      this.#fold(this.#done.length === 0 ? total : composeAffine(this.#pass.map, step), interpolation, inside);
    } else if (this.#isWhole() && isUpright(total)) this.#fold(total, interpolation, []);
    else {
      const { size } = this.#settings;
      this.#done.push(this.#pass);
      // Beyond what the pass before it made there is nothing: it is black anyway.
      this.#pass = { map: composeAffine(wholeImage({ width: size, height: size }), step), interpolation, inside: [] };
    }
  }

  /** Whether nothing but mirroring has happened to the image. */
  #isWhole(): boolean {
    return this.#done.length === 0 && mirrors(composeAffine(invertAffine(wholeImage(this.#size)), this.#total));
  }

  #fold(map: AffineMap, interpolation: Interpolation, inside: readonly AffineMap[]): void {
    this.#pass = { map, interpolation, inside };
  }
}
