import { definePlugin } from '@gradalign/core';
import { imageFolder } from './image-folder.ts';
import { rotatedMnist } from './rotated-mnist.ts';

export default definePlugin({
  name: '@gradalign/datasets',
  items: [imageFolder, rotatedMnist],
});

export { imageFolder } from './image-folder.ts';
export { type BrokenImage, type CheckOptions, checkImages } from './inspect/check-images.ts';
export type { NamedDataset } from './inspect/clips.ts';
export { type ContactSheetOptions, contactSheet } from './inspect/contact-sheet.ts';
export { type Counts, type DomainInspection, type Inspection, type InspectOptions, inspectDatasets } from './inspect/inspect-datasets.ts';
export { type RenderInspectionOptions, renderInspection } from './inspect/render-inspection.ts';
export { rotatedMnist } from './rotated-mnist.ts';
