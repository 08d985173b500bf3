import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isClone, packageFolder, requireHere } from '../files/package-folder.ts';

/** Where the C++ sources are. */
export interface BindingSources {
  /** Folder of tfjs-node's sources. */
  readonly tfjs: string;
  /** Folder of the Node-API headers. */
  readonly nodeApi: string;
}

export const tfjsFiles = [
  'tfjs_backend.cc',
  'tfjs_binding.cc',
  'tfjs_backend.h',
  'utils.h',
  'tf_auto_status.h',
  'tf_auto_tensor.h',
  'tfe_auto_op.h',
  'napi_auto_ref.h',
];
const nodeApiFiles = ['node_api.h', 'node_api_types.h', 'js_native_api.h', 'js_native_api_types.h'];
/** Ours, compiled into tfjs-node's binding: the operations of `native/` register themselves with TensorFlow when the binding is loaded. */
export const ownSources = [
  'compat.cc',
  'parallel.cc',
  'average_pool.cc',
  'batch_norm.cc',
  'combine.cc',
  'convolutions.cc',
  'l2_normalize.cc',
  'max_pool.cc',
  'sigmoid_cross_entropy.cc',
];
const ownHeaders = [
  'convolution.h',
  'convolutions_simd.h',
  'for_each_simd.h',
  'kernel.h',
  'parallel.h',
  'product_simd.h',
  'tf_kernels.h',
  'vectors.h',
  'windows_simd.h',
  'winograd_points_simd.h',
  'winograd_simd.h',
];
export const nativeFolder = join(packageFolder, 'native');
const shippedSources = join(packageFolder, 'prebuilt', 'source');

export const isMac = process.platform === 'darwin';
export const sharedFlags = isMac ? ['-dynamiclib', '-undefined', 'dynamic_lookup'] : ['-shared'];
export const bindingFlags = ['-O3', '-std=c++17', '-fPIC', '-fvisibility=hidden', '-DNAPI_VERSION=8', '-w', ...sharedFlags];
export const linkFlags = isMac ? ['-Wl,-rpath,@loader_path/../tensorflow'] : ['-s', '-Wl,-z,now', '-Wl,-rpath,$ORIGIN/../tensorflow'];
export const preloadFlags = ['-O2', '-fPIC', ...sharedFlags, ...(isMac ? [] : ['-s'])];

/** In a clone, from the development dependencies; in the published package, from `prebuilt/source`. Undefined if there are none. */
export function bindingSources(): BindingSources | undefined {
  if (!isClone) return existsSync(shippedSources) ? { tfjs: join(shippedSources, 'tfjs'), nodeApi: join(shippedSources, 'node-api') } : undefined;
  const folderOf = (name: string): string => dirname(requireHere.resolve(`${name}/package.json`));
  return { tfjs: join(folderOf('@tensorflow/tfjs-node'), 'binding'), nodeApi: join(folderOf('node-api-headers'), 'include') };
}

/** Every file that goes into a binding. `shippedAs` is its path in `prebuilt/source`; our own files are shipped in `native/` and have none. */
export function bindingSourceFiles({ tfjs, nodeApi }: BindingSources): { file: string; shippedAs?: string }[] {
  return [
    ...tfjsFiles.map((name) => ({ file: join(tfjs, name), shippedAs: join('tfjs', name) })),
    ...nodeApiFiles.map((name) => ({ file: join(nodeApi, name), shippedAs: join('node-api', name) })),
    ...[...ownSources, ...ownHeaders, 'preload.c'].map((name) => ({ file: join(nativeFolder, name) })),
  ];
}
