import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('is bundled for browsers without a module of Node, and works where there is no Node', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    ...{ bundle: true, platform: 'browser', format: 'iife', globalName: 'metrics', write: false, metafile: true, logLevel: 'silent' },
  });
  const inputs = Object.values(metafile.inputs);
  expect(inputs.flatMap(({ imports }) => imports).filter(({ path, external }) => external || path.startsWith('node:'))).toEqual([]);
  // A context of its own has no process, no Buffer and no require.
  const found = runInNewContext(
    `${outputFiles[0]?.text}
    const scores = metrics.parseScores('path,label,score\\n"a",real,0.9\\n"b",real,0.7\\n"c",attack,0.8\\n"d",attack,0.1\\n');
    JSON.stringify({ auc: metrics.figures(scores).auc, half95: metrics.interval([1, 2, 3]).half95, buffer: typeof Buffer, process: typeof process })`,
    { TextEncoder, TextDecoder },
  );
  expect(JSON.parse(found as string)).toEqual({ auc: 0.75, half95: expect.closeTo(4.30265 / Math.sqrt(3), 4), buffer: 'undefined', process: 'undefined' });
});
