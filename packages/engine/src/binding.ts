import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EngineError } from './engine-error.ts';
import { lastLines, runCommand } from './install/run-command.ts';
import { isClone, packageFolder, requireHere } from './package-folder.ts';

/** The two native modules between Node and TensorFlow: tfjs-node's binding, and our preloader. */
export const bindingFiles = ['tfjs_binding.node', 'preload.node'] as const;

/** Name of a binding's folder within an engine's: rpath and headers are found from there. */
export const bindingFolderName = (id: string): string => `binding-${id}`;

/** Where the C++ lies. */
export interface BindingSources {
  /** Of tfjs-node. */
  readonly tfjs: string;
  /** Headers of Node-API. */
  readonly nodeApi: string;
}

const tfjsFiles = [
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
/** Ours, compiled into tfjs-node's binding: the operations of `native/` register themselves with TensorFlow when it is loaded. */
const ownSources = [
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
const nativeFolder = join(packageFolder, 'native');
const shippedSources = join(packageFolder, 'prebuilt', 'source');

const isMac = process.platform === 'darwin';
const libraries = isMac ? ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'] : ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
const shared = isMac ? ['-dynamiclib', '-undefined', 'dynamic_lookup'] : ['-shared'];
const bindingFlags = ['-O3', '-std=c++17', '-fPIC', '-fvisibility=hidden', '-DNAPI_VERSION=8', '-w', ...shared];
const linkFlags = isMac ? ['-Wl,-rpath,@loader_path/../tensorflow'] : ['-s', '-Wl,-z,now', '-Wl,-rpath,$ORIGIN/../tensorflow'];
const preloadFlags = ['-O2', '-fPIC', ...shared, ...(isMac ? [] : ['-s'])];

/** In a clone, of the development dependencies; in the published package, of `prebuilt/source`. */
export function bindingSources(): BindingSources | undefined {
  if (!isClone) return existsSync(shippedSources) ? { tfjs: join(shippedSources, 'tfjs'), nodeApi: join(shippedSources, 'node-api') } : undefined;
  const folderOf = (name: string): string => dirname(requireHere.resolve(`${name}/package.json`));
  return { tfjs: join(folderOf('@tensorflow/tfjs-node'), 'binding'), nodeApi: join(folderOf('node-api-headers'), 'include') };
}

/** Every file that a binding is made of, by the place it has in `prebuilt/source`, or undefined for our own. */
export function bindingSourceFiles({ tfjs, nodeApi }: BindingSources): { file: string; shippedAs?: string }[] {
  return [
    ...tfjsFiles.map((name) => ({ file: join(tfjs, name), shippedAs: join('tfjs', name) })),
    ...nodeApiFiles.map((name) => ({ file: join(nodeApi, name), shippedAs: join('node-api', name) })),
    ...[...ownSources, ...ownHeaders, 'preload.c'].map((name) => ({ file: join(nativeFolder, name) })),
  ];
}

/** Names a binding by what it is made of, so that clones and versions that differ share none. Undefined without sources. */
export function bindingId(): string | undefined {
  const sources = bindingSources();
  if (sources === undefined) return undefined;
  const digest = createHash('sha256').update(JSON.stringify([bindingFlags, linkFlags, preloadFlags]));
  for (const { file } of bindingSourceFiles(sources)) digest.update(readFileSync(file));
  return digest.digest('hex').slice(0, 10);
}

/** Folder of the binding that came with the package for this platform, or undefined. A clone may hold one of older sources: not that. */
export function prebuiltBinding(id: string): string | undefined {
  const folder = join(packageFolder, 'prebuilt', `${process.platform}-${process.arch}`);
  const isThere = [...bindingFiles, 'id'].every((name) => existsSync(join(folder, name)));
  return isThere && readFileSync(join(folder, 'id'), 'utf8').trim() === id ? folder : undefined;
}

export function copyBinding(from: string, to: string): void {
  for (const name of bindingFiles) copyFileSync(join(from, name), join(to, name));
}

/** The C++ compiler's command, or undefined. */
export async function findCompiler(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  for (const command of [env['CXX'], 'c++', 'g++', 'clang++']) {
    if (command && (await runCommand(command, ['--version'], { env, timeout: 30_000 })).code === 0) return command;
  }
  return undefined;
}

/**
 * Compiles both modules into `folder`. They are linked against empty libraries that bear TensorFlow's names: linking the
 * real 850 MB takes a gigabyte of memory and resolves nothing that is not resolved again at loading.
 *
 * @param include TensorFlow's headers, `tensorflow/include` of the wheel.
 * @throws EngineError with the compiler's last lines.
 */
export async function compileBinding(compiler: string, folder: string, include: string, signal?: AbortSignal): Promise<void> {
  const sources = bindingSources();
  if (sources === undefined)
    throw new EngineError('Cannot compile the binding: this copy of @gradalign/engine has no C++ sources, expected prebuilt/source. Install the package anew.');
  const stubs = mkdtempSync(join(tmpdir(), 'gradalign-stubs-'));
  const compile = async (args: string[]): Promise<void> => {
    const result = await runCommand(compiler, args, { signal });
    if (result.code === 0) return;
    throw new EngineError(`Cannot compile the binding: ${compiler} says: ${lastLines(result, 6)}, expected a compiler for C++17. CXX names another one.`);
  };
  try {
    const empty = join(stubs, 'empty.cc');
    writeFileSync(empty, '');
    for (const name of libraries)
      await compile([...shared, isMac ? `-Wl,-install_name,@rpath/${name}` : `-Wl,-soname,${name}`, empty, '-o', join(stubs, name)]);
    const code = [
      ...tfjsFiles.filter((name) => name.endsWith('.cc')).map((name) => join(sources.tfjs, name)),
      ...ownSources.map((name) => join(nativeFolder, name)),
    ];
    const stubFiles = libraries.map((name) => join(stubs, name));
    const links = isMac ? stubFiles : ['-Wl,--no-as-needed', ...stubFiles, '-Wl,--as-needed'];
    await compile([...bindingFlags, `-I${include}`, `-I${sources.nodeApi}`, ...code, ...links, ...linkFlags, '-o', join(folder, 'tfjs_binding.node')]);
    await compile([
      '-x',
      'c',
      ...preloadFlags,
      `-I${sources.nodeApi}`,
      join(nativeFolder, 'preload.c'),
      ...(isMac ? [] : ['-ldl']),
      '-o',
      join(folder, 'preload.node'),
    ]);
  } finally {
    rmSync(stubs, { recursive: true, force: true });
  }
}
