// Files that come inside Python packages. Loads nothing of TensorFlow.
export { cacheFolder } from '../files/cache-folder.ts';
export type { PinnedWheel } from '../installed/engine-lock.ts';
export { type InstallWheelOptions, installWheel, wheelProblem } from './install-wheel.ts';
