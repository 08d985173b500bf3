import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EngineError } from './engine-error.ts';

/** The two native modules that stand between Node and TensorFlow: tfjs-node's binding, and the preloader. */
export const bindingFiles = ['tfjs_binding.node', 'preload.node'] as const;

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const nativeFolder = join(packageFolder, 'native');
const run = promisify(execFile);

const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
const flags = [
  '-O2',
  '-std=c++17',
  '-fPIC',
  '-shared',
  '-fvisibility=hidden',
  '-DNAPI_VERSION=8',
  '-w',
  '-s',
  '-Wl,-z,now',
  '-Wl,-rpath,$ORIGIN/../tensorflow',
];
const preloadFlags = ['-O2', '-fPIC', '-shared', '-s'];

/** Bindings that came with the published package, or undefined in a clone that has made none. */
export function prebuiltBinding(platform: string = process.platform, arch: string = process.arch): string | undefined {
  const folder = join(packageFolder, 'prebuilt', `${platform}-${arch}`);
  return bindingFiles.every((name) => existsSync(join(folder, name))) ? folder : undefined;
}

/** Names a binding by what it is made of, so that clones and versions that differ never share one. */
export function bindingId(): string {
  const prebuilt = prebuiltBinding();
  const parts = prebuilt === undefined ? sourceFiles() : bindingFiles.map((name) => join(prebuilt, name));
  const digest = createHash('sha256').update(JSON.stringify([flags, preloadFlags, libraries]));
  for (const part of parts) digest.update(readFileSync(part));
  return digest.digest('hex').slice(0, 10);
}

function sourceFiles(): string[] {
  const sources = tfjsNodeSources();
  const names = ['tfjs_backend.cc', 'tfjs_backend.h', 'tfjs_binding.cc', 'utils.h', 'tf_auto_status.h', 'tf_auto_tensor.h', 'tfe_auto_op.h', 'napi_auto_ref.h'];
  return [...names.map((name) => join(sources, name)), join(nativeFolder, 'compat.cc'), join(nativeFolder, 'preload.c')];
}

function tfjsNodeSources(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('@tensorflow/tfjs-node/package.json')), 'binding');
}

/**
 * Compiles both modules into `folder`. They are linked against empty libraries that bear TensorFlow's names, because
 * linking 850 MB takes a gigabyte of memory and resolves nothing that the loader would not resolve again.
 *
 * @param include TensorFlow's headers, `tensorflow/include` of the wheel.
 */
export async function compileBinding(folder: string, include: string): Promise<void> {
  const require = createRequire(import.meta.url);
  const nodeApi = join(dirname(require.resolve('node-api-headers/package.json')), 'include');
  const sources = tfjsNodeSources();
  const compiler = process.env['CXX'] || 'c++';
  const stubs = mkdtempSync(join(tmpdir(), 'gradalign-stubs-'));
  try {
    writeFileSync(join(stubs, 'empty.cc'), '');
    for (const name of libraries) await run(compiler, ['-shared', join(stubs, 'empty.cc'), `-Wl,-soname,${name}`, '-o', join(stubs, name)]);
    const code = [join(sources, 'tfjs_backend.cc'), join(sources, 'tfjs_binding.cc'), join(nativeFolder, 'compat.cc')];
    const links = ['-Wl,--no-as-needed', `-L${stubs}`, ...libraries.map((name) => `-l:${name}`), '-Wl,--as-needed'];
    await run(compiler, [...flags, `-I${include}`, `-I${nodeApi}`, ...code, ...links, '-o', join(folder, 'tfjs_binding.node')]);
    await run(compiler, ['-x', 'c', ...preloadFlags, `-I${nodeApi}`, join(nativeFolder, 'preload.c'), '-ldl', '-o', join(folder, 'preload.node')]);
  } catch (error) {
    throw new EngineError(`Cannot compile the binding: ${compiler} failed, expected a working C++17 compiler.`, { cause: error });
  } finally {
    rmSync(stubs, { recursive: true, force: true });
  }
}
