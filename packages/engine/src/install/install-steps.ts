import { EngineError } from '../contracts/engine-error.ts';
import { bindingId, copyBinding, prebuiltBinding } from '../installed/binding.ts';
import { compileBinding, findCompiler } from './compile-binding.ts';
import type { BeginPhase } from './install-progress.ts';
import { type SmokeResult, smokeRun } from './smoke-run.ts';

/** How to get the binding, and how to test the result. */
export interface InstallSteps {
  /** Hash of what the binding is made of. */
  readonly bindingId: string;
  /** Puts the binding into `folder`; `include` holds TensorFlow's headers. */
  provideBinding(folder: string, include: string, begin: BeginPhase, signal?: AbortSignal): Promise<void>;
  /** Runs the engine. Rejects if it does not work. */
  test(engine: { dir: string; binding: string }, signal?: AbortSignal): Promise<SmokeResult>;
}

/**
 * Uses the binding shipped with the package, or compiles it from its sources.
 *
 * @throws EngineError if neither is possible: better known before 270 MB are downloaded.
 */
export async function realInstallSteps(): Promise<InstallSteps> {
  const id = bindingId();
  if (id === undefined) {
    throw new EngineError(
      'Cannot install the native engine: this copy of @gradalign/engine has neither a binding nor its sources, expected one of them. Reinstall the package.',
    );
  }
  const prebuilt = prebuiltBinding(id);
  if (prebuilt !== undefined) return { bindingId: id, test: smokeRun, provideBinding: async (folder) => copyBinding(prebuilt, folder) };
  const compiler = await findCompiler();
  if (compiler === undefined) {
    throw new EngineError(
      `Cannot install the native engine: there is no C++ compiler (c++, g++, clang++ or CXX) and no prebuilt binding for ${process.platform}-${process.arch}, ` +
        'expected one of them. On Debian or Ubuntu: apt install g++. Until then, the wasm engine is used.',
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
