import { definePlugin } from '@gradalign/core';
import { efficientnetLite0 } from './efficientnet-lite0.ts';
import { mobilenetV2 } from './mobilenet-v2.ts';
import { resnet18 } from './resnet18.ts';
import { resnet34 } from './resnet34.ts';
import { resnet50 } from './resnet50.ts';
import { tinyCnn } from './tiny-cnn.ts';

export { type LoadedWeights, loadWeights } from './load-weights.ts';
export { publishedWeights } from './networks.ts';
export { installedWeights, type PublishedWeights } from './published/published-weights.ts';
export { nameInPytorch, torchvisionName } from './torchvision-names.ts';
export { type ExportedWeights, type ExportWeightsOptions, exportWeights, storedTensors } from './weight-files/export-weights.ts';
export type { FileTensor, FileTensors } from './weight-files/file-tensor.ts';
export { type ImportedWeights, type ImportWeightsOptions, importWeights } from './weight-files/import-weights.ts';
export { type InstalledWeights, type InstallWeightsOptions, installWeights } from './weight-files/install-weights.ts';
export type { NumberType } from './weight-files/number-types.ts';
export { readWeightFile, type WeightFileFormat } from './weight-files/read-weight-file.ts';
export { weightsOfFile } from './weight-files/weights-of-file.ts';
export { efficientnetLite0, mobilenetV2, resnet18, resnet34, resnet50, tinyCnn };

/** The plugin: `plugins: ["@gradalign/models"]` makes its networks available. */
export default definePlugin({ name: '@gradalign/models', items: [tinyCnn, resnet18, resnet34, resnet50, mobilenetV2, efficientnetLite0] });
export type { Network, PytorchNaming } from './define-network.ts';
export type { TorchvisionName } from './torchvision-names.ts';
