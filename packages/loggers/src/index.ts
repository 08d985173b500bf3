import { definePlugin } from '@gradalign/core';
import { mlflow } from './mlflow.ts';
import { tensorboard } from './tensorboard.ts';

export { type SendMlflowSpoolOptions, sendMlflowSpool } from './mlflow/send-mlflow-spool.ts';
export { mlflow, tensorboard };

/** The plugin: `plugins: ["@gradalign/loggers"]` makes the callbacks `tensorboard` and `mlflow` available. */
export default definePlugin({ name: '@gradalign/loggers', items: [tensorboard, mlflow] });
