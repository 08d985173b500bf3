import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadEngine } from '../src/index.ts';
import { expectClose } from './agreement.ts';
import { gradientValues } from './gradient-values.ts';

function onInstalledEngine(): { engine: string; values: Record<string, number[][]> } {
  const script = fileURLToPath(new URL('print-gradient-values.ts', import.meta.url));
  const env = { ...process.env, GRADALIGN_ENGINE: '' };
  return JSON.parse(execFileSync(process.execPath, ['--conditions=@gradalign/source', '--import', 'tsx', script], { env, encoding: 'utf8' }));
}

test('every operation of ordinary training has the value and the gradients on wasm that it has on TensorFlow', async (context) => {
  await loadEngine({ engine: 'wasm' });
  const { engine, values: expected } = onInstalledEngine();
  if (engine !== 'tensorflow') context.skip('the native engine is not installed');
  const actual = gradientValues();
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  expect(Object.keys(actual).length).toBeGreaterThan(50);
  for (const [name, tensors] of Object.entries(expected))
    tensors.forEach((values, i) => {
      expectClose(actual[name]?.[i] ?? [], values, 2e-5, `${i === 0 ? 'value' : `gradient ${i - 1}`} of ${name}`);
    });
});
