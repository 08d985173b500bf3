import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { bindingFiles } from '../installed/binding.ts';
import { preferredEngine } from '../installed/installed-engine.ts';
import { compileBinding, findCompiler } from './compile-binding.ts';
import { smokeRun } from './smoke-run.ts';

test('both modules compile without linking TensorFlow, and run with it', async (context) => {
  const [engine, compiler] = [preferredEngine(), await findCompiler()];
  if (engine.state !== 'ready' || compiler === undefined) return context.skip('no native engine or no compiler');
  const folder = temporaryFolder();
  await compileBinding(compiler, folder, join(engine.dir, 'tensorflow', 'include'));
  expect(bindingFiles.every((name) => existsSync(join(folder, name)))).toBe(true);
  expect(await smokeRun({ dir: engine.dir, binding: folder })).toMatchObject({ tensorflow: '2.21.0', gpu: false });
});
