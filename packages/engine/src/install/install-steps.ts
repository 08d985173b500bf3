import { EngineError } from '../contracts/engine-error.ts';
import { bindingId, copyBinding, prebuiltBinding } from '../installed/binding.ts';
import { compileBinding, findCompiler } from './compile-binding.ts';
import type { BeginPhase } from './install-progress.ts';
import { type SmokeResult, smokeRun } from './smoke-run.ts';

/** How the binding is had, and how the result is tried. */
export interface InstallSteps {
  /** Names the binding by its content. */
  readonly bindingId: string;
  /** Puts the binding into `folder`; `include` holds TensorFlow's headers. */
  provideBinding(folder: string, include: string, begin: BeginPhase, signal?: AbortSignal): Promise<void>;
  test(engine: { dir: string; binding: string }, signal?: AbortSignal): Promise<SmokeResult>;
}

/**
 * The binding that the package brought, or one compiled from its sources.
 *
 * @throws EngineError where neither can be had: to be found out before 270 MB are fetched.
 */
export async function realInstallSteps(): Promise<InstallSteps> {
  const id = bindingId();
  if (id === undefined) {
    throw new EngineError(
      'Cannot install the native engine: this copy of @gradalign/engine brought neither a binding nor its sources, expected one of them. Install the package anew.',
    );
  }
  const prebuilt = prebuiltBinding(id);
  if (prebuilt !== undefined) return { bindingId: id, test: smokeRun, provideBinding: async (folder) => copyBinding(prebuilt, folder) };
  const compiler = await findCompiler();
  if (compiler === undefined) {
    throw new EngineError(
      `Cannot install the native engine: there is no C++ compiler (c++, g++, clang++, or what CXX names) and no prebuilt binding for ${process.platform}-${process.arch}, ` +
        'expected one of them. On Debian or Ubuntu: apt install g++. Until then the wasm engine is used.',
    );
  }
  return {
    bindingId: id,
    test: smokeRun,
    provideBinding: async (folder, include, begin, signal) => {
      const report = begin('compile', 'the binding', 1);
      await compileBinding(compiler, folder, include, signal);
      report(1);
    },
  };
}
