import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { bindingId } from '../installed/binding.ts';
import { compileBinding, findCompiler } from './compile-binding.ts';
import { smokeRun } from './smoke-run.ts';

const compiler = await findCompiler();

test('a binding is named by its sources', () => {
  expect(bindingId()).toMatch(/^[0-9a-f]{10}$/);
  expect(bindingId()).toBe(bindingId());
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
