import { definePlugin } from '@gradalign/core';
import { imageFolder } from './image-folder.ts';
import { rotatedMnist } from './rotated-mnist.ts';

export default definePlugin({
  name: '@gradalign/datasets',
  items: [imageFolder, rotatedMnist],
});

export { imageFolder } from './image-folder.ts';
export { rotatedMnist } from './rotated-mnist.ts';
