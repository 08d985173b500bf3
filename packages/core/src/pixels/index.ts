export { type AffineMap, type Interpolation, interpolations, type PixelImage } from '../contracts/augmentation.ts';
export type { Rectangle } from '../contracts/dataset.ts';
export { cannot, UserError } from '../contracts/errors.ts';
export { composeAffine } from '../images/affine-map.ts';
export { type InputShape, renderInput } from '../images/render-input.ts';
export { renderView } from '../images/render-view.ts';
export { withChannels } from '../images/with-channels.ts';
