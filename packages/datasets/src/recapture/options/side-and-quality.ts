import { Type } from '@sinclair/typebox';
import { qualityOption } from './camera-options.ts';
import { rangeSchema } from './described-range.ts';

/** Options of both the augmentation `recapture` and the data set `recaptured`. */
export const sideAndQuality = {
  side: Type.Integer({
    minimum: 16,
    maximum: 2048,
    default: 256,
    description: 'Longer side, in pixels, that larger images are reduced to first; all lengths below are in pixels of the reduced image',
  }),
  quality: rangeSchema(qualityOption),
};
