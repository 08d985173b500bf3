import { definePlugin } from '@gradalign/core';
import { tensorboard } from './tensorboard.ts';

export { tensorboard };

/** The plugin: `plugins: ["@gradalign/loggers"]` makes the callbacks `tensorboard` and `mlflow` available. */
export default definePlugin({ name: '@gradalign/loggers', items: [tensorboard] });
