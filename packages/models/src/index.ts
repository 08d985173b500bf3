import { definePlugin } from '@gradalign/core';
import { resnet18 } from './resnet18.ts';
import { tinyCnn } from './tiny-cnn.ts';

export { type LoadedWeights, loadWeights } from './load-weights.ts';
export { torchvisionName } from './torchvision-names.ts';
export { resnet18, tinyCnn };

/** The plugin: `plugins: ["@gradalign/models"]` makes `tiny-cnn` and `resnet18` available. */
export default definePlugin({ name: '@gradalign/models', items: [tinyCnn, resnet18] });
export type { TorchvisionName } from './torchvision-names.ts';
