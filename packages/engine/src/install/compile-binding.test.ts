import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { bindingFiles, bindingId } from '../installed/binding.ts';
import { preferredEngine } from '../installed/installed-engine.ts';
import { compileBinding, findCompiler } from './compile-binding.ts';
import { smokeRun } from './smoke-run.ts';

const engine = preferredEngine();
const compiler = await findCompiler();

test('a binding is named by its sources', () => {
  expect(bindingId()).toMatch(/^[0-9a-f]{10}$/);
  expect(bindingId()).toBe(bindingId());
});

test('both modules compile without linking TensorFlow, and run with it', { timeout: 300_000 }, async (context) => {
  if (engine.state !== 'ready' || compiler === undefined) return context.skip('no native engine or no compiler');
  const folder = temporaryFolder();
  await compileBinding(compiler, folder, join(engine.dir, 'tensorflow', 'include'));
  expect(bindingFiles.every((name) => existsSync(join(folder, name)))).toBe(true);
  expect(await smokeRun({ dir: engine.dir, binding: folder })).toMatchObject({ tensorflow: '2.21.0', gpu: false });
});

test('a compiler that fails is quoted', async (context) => {
  if (compiler === undefined) return context.skip('no compiler');
  const failure = compileBinding(compiler, temporaryFolder(), '/no/headers');
  await expect(failure).rejects.toThrow(/^Cannot compile the binding: \S+ says: .*, expected a compiler for C\+\+17\. Set CXX to use another one\.$/);
});

test('without a compiler none is found', async () => {
  expect(await findCompiler({ CXX: '/no/compiler', PATH: temporaryFolder() })).toBeUndefined();
});

test('a missing engine fails its test run with the error of the loader', async () => {
  await expect(smokeRun({ dir: '/no/engine', binding: '/no/binding' })).rejects.toThrow(
    /^Cannot use the native engine in \/no\/engine: its test run failed with: .*preload\.node.*Run: gradalign engine doctor$/s,
  );
});
