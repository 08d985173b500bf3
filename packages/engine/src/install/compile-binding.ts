import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastLines, runCommand } from '../child-processes/run-command.ts';
import { EngineError } from '../contracts/engine-error.ts';
import {
  bindingFlags,
  bindingSources,
  isMac,
  linkFlags,
  nativeFolder,
  ownSources,
  preloadFlags,
  sharedFlags,
  tfjsFiles,
} from '../installed/binding-sources.ts';

const libraries = isMac ? ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'] : ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/** Command of the C++ compiler: CXX, c++, g++ or clang++, the first that runs. */
export async function findCompiler(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  for (const command of [env['CXX'], 'c++', 'g++', 'clang++']) {
    if (command && (await runCommand(command, ['--version'], { env, timeout: 30_000 })).code === 0) return command;
  }
  return undefined;
}

/**
 * Compiles both modules into `folder`. They are linked against empty libraries with TensorFlow's names: linking the real
 * 850 MB takes a gigabyte of memory, and the loader resolves every symbol again anyway.
 *
 * @param include Folder of TensorFlow's headers, `tensorflow/include` in the wheel.
 * @throws EngineError with the compiler's last lines.
 */
export async function compileBinding(compiler: string, folder: string, include: string, signal?: AbortSignal): Promise<void> {
  const sources = bindingSources();
  if (sources === undefined)
    throw new EngineError('Cannot compile the binding: this copy of @gradalign/engine has no C++ sources, expected prebuilt/source. Reinstall the package.');
  const stubs = mkdtempSync(join(tmpdir(), 'gradalign-stubs-'));
  const compile = async (args: string[]): Promise<void> => {
    const result = await runCommand(compiler, args, { signal });
    if (result.code === 0) return;
    throw new EngineError(`Cannot compile the binding: ${compiler} says: ${lastLines(result, 6)}, expected a compiler for C++17. Set CXX to use another one.`);
  };
  try {
    const empty = join(stubs, 'empty.cc');
    writeFileSync(empty, '');
    for (const name of libraries)
      await compile([...sharedFlags, isMac ? `-Wl,-install_name,@rpath/${name}` : `-Wl,-soname,${name}`, empty, '-o', join(stubs, name)]);
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
