/** How a face becomes a square image. */
export interface CropConvention {
  /** As `--crop` has it: `safas`. */
  readonly name: string;
  /** Side of the image in pixels. */
  readonly size: number;
  /** Share of the box's sides that is added to them, half on each side: 0.3 gives 1.3 times the box. */
  readonly margin: number;
  /** True: the longer side of the box is used for both, about the same center; false: the box is stretched to a square. */
  readonly square: boolean;
  /** `eyes`: rotated and scaled so that the eyes come to fixed places. */
  readonly align: 'none' | 'eyes';
  /** The paper and code it follows, and what they leave open. */
  readonly source: string;
}
