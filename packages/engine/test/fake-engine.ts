import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstallSteps } from '../src/install/install-steps.ts';
import { bindingFiles, bindingId } from '../src/installed/binding.ts';
import { type EngineLock, type PinnedWheel, platformKey } from '../src/installed/engine-lock.ts';
import { zipFile } from './zip-file.ts';

export const libraryText = 'not TensorFlow, but as long as it takes\n'.repeat(20_000);

/** Writes two small wheels with files where TensorFlow's would be, and a lock file `engine.lock.json` that pins them for this platform. */
export function fakeWheels(folder: string): { lock: EngineLock; wheels: PinnedWheel[]; files: string[] } {
  mkdirSync(folder, { recursive: true });
  const wheels = [
    wheel(folder, 'gradalign-fake-engine', { 'tensorflow/libtensorflow_cc.so.2': libraryText, 'tensorflow/include/c/c_api.h': '// a header\n' }, [
      'tensorflow/libtensorflow_cc.so.2',
      'tensorflow/include/*/*.h',
    ]),
    wheel(folder, 'gradalign-fake-extra', { 'nvidia/cudnn/lib/libcudnn.so.9': 'stored'.repeat(500), 'nvidia/cudnn/include/no.h': '' }, ['nvidia/*/lib/*.so*']),
  ];
  const lock: EngineLock = { format: 1, engines: { [platformKey('cpu')]: { tensorflow: '0.0.1', wheels } } };
  writeFileSync(join(folder, 'engine.lock.json'), JSON.stringify(lock));
  return { lock, wheels, files: ['nvidia/cudnn/lib/libcudnn.so.9', 'tensorflow/include/c/c_api.h', 'tensorflow/libtensorflow_cc.so.2'] };
}

function wheel(folder: string, project: string, contents: Record<string, string>, members: string[]): PinnedWheel {
  const name = `${project.replaceAll('-', '_')}-0.0.1`;
  const info = {
    METADATA: `Metadata-Version: 2.1\nName: ${project}\nVersion: 0.0.1\n`,
    WHEEL: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    RECORD: '',
  };
  const all = { ...contents, ...Object.fromEntries(Object.entries(info).map(([file, content]) => [`${name}.dist-info/${file}`, content])) };
  const bytes = zipFile(Object.entries(all).map(([file, content]) => ({ name: file, content, stored: file.includes('cudnn') || file.endsWith('_cc.so.2') })));
  const file = `${name}-py3-none-any.whl`;
  writeFileSync(join(folder, file), bytes);
  return { project, version: '0.0.1', file, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), members };
}

/** Steps that write a few bytes where the compiler would write the binding, and test nothing. */
export function fakeSteps(): InstallSteps {
  return {
    bindingId: bindingId() ?? '',
    provideBinding: async (folder) => {
      for (const name of bindingFiles) writeFileSync(join(folder, name), `fake ${name}`);
    },
    test: async () => ({ tensorflow: '0.0.1', gpu: false, loadMilliseconds: 1, memory: 1 }),
  };
}
