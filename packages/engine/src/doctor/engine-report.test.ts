import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { fakeSteps, fakeWheels } from '../../test/fake-engine.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { installEngine } from '../install/install-engine.ts';
import { engineAdvice } from './engine-advice.ts';
import { engineReport } from './engine-report.ts';
import type { EngineReport } from './engine-report-type.ts';
import { renderEngineReport } from './render-engine-report.ts';

afterEach(() => vi.unstubAllEnvs());

const intact: Omit<EngineReport, 'advice'> = {
  used: { engine: 'tensorflow', variant: 'cpu', reason: 'it is installed in /cache/tensorflow' },
  speed: { engine: 'tensorflow', version: '2.21.0', gpu: false, threads: 2, loadMilliseconds: 310, matrixProduct: 189.2, convolution: 150 },
  engines: [
    { variant: 'cpu', state: 'ready', dir: '/cache/tensorflow', bytes: 854e6 },
    { variant: 'gpu', state: 'absent', dir: '/cache/gpu', problem: 'the native engine is not installed' },
  ],
  machine: {
    platform: 'linux-x64',
    system: '6.1',
    glibc: '2.36',
    cpu: { model: 'A CPU', count: 2, arch: 'x64', features: ['avx', 'avx2'] },
    threads: 2,
    memory: 16e9,
    nvidia: { device: false },
  },
  versions: { engine: '0.1.0', tensorflow: '2.21.0', tfjsCore: '4.22.0', node: '20.19.0' },
  cache: { folder: '/cache', free: 5e9, others: [] },
  tools: { binding: 'to be compiled', compiler: 'c++', python: 'python3', indexes: [] },
  variables: {},
};
const absent = { variant: 'cpu', state: 'absent', dir: '/cache/tensorflow', problem: 'the native engine is not installed' } as const;
const missing: Omit<EngineReport, 'advice'> = { ...intact, used: { engine: 'wasm', reason: absent.problem }, engines: [absent] };

test('an intact installation needs nothing, and says so', () => {
  expect(engineAdvice(intact)).toEqual([]);
  const lines = renderEngineReport({ ...intact, advice: [] }).split('\n');
  expect(lines[0]).toBe('Engine      tensorflow 2.21.0, CPU variant');
  expect(lines[2]).toBe('Speed       189.2 GFLOP/s in a matrix product, 150 GFLOP/s in a convolution, on 2 threads');
  expect(lines.at(-1)).toBe('Nothing is missing.');
});

test('each missing thing has its remedy', () => {
  expect(engineAdvice(missing)).toEqual(['Install the native engine, 10 to 20 times faster than wasm: gradalign engine install']);
  expect(engineAdvice({ ...missing, tools: { binding: 'to be compiled', indexes: [] } })).toEqual([
    expect.stringMatching(/^Install a C\+\+ compiler.*apt install g\+\+/),
    expect.stringMatching(/^Install Python with pip, or name a package index by PIP_INDEX_URL/),
    expect.stringMatching(/gradalign engine install$/),
  ]);
  expect(engineAdvice({ ...missing, tools: { binding: 'prebuilt', python: 'python3', indexes: [] } })).toHaveLength(1);
  expect(engineAdvice({ ...intact, used: { engine: 'wasm', reason: 'it does not run' }, speed: { problem: 'ended by SIGILL' } })).toEqual([
    expect.stringContaining('gradalign engine verify'),
  ]);
  expect(engineAdvice({ ...intact, used: { engine: 'wasm', reason: 'GRADALIGN_ENGINE says so' } })).toEqual([
    expect.stringContaining('unset GRADALIGN_ENGINE'),
  ]);
  expect(engineAdvice({ ...intact, variables: { TF_ENABLE_ONEDNN_OPTS: '0' } })).toEqual([expect.stringContaining('oneDNN')]);
  expect(engineAdvice({ ...intact, machine: { ...intact.machine, nvidia: { device: true, driver: '470.82.01' } } })).toEqual([
    expect.stringContaining('gradalign engine install --gpu'),
    "Update NVIDIA's driver: 470.82.01 is older than 525.60, which CUDA 12 needs.",
  ]);
});

test('where no native engine can run, nothing else is advised', () => {
  const advice = engineAdvice({ ...missing, machine: { ...intact.machine, problem: 'this system has no glibc' } });
  expect(advice).toEqual([expect.stringContaining('because this system has no glibc')]);
});

test('the report of this machine is plain data, finds what is in the cache, and leaves the cache as it is', async () => {
  const cache = temporaryFolder();
  mkdirSync(join(cache, 'tensorflow-1.0.0-cpu-linux-x64-0123456789'));
  writeFileSync(join(cache, 'tensorflow-1.0.0-cpu-linux-x64-0123456789', 'x'), 'x'.repeat(2_000_000));
  const report = await engineReport({ cache, speed: false });
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(report.engines.map(({ variant, state }) => [variant, state])[0]).toEqual(['cpu', 'absent']);
  expect(report.cache.others).toEqual([{ name: 'tensorflow-1.0.0-cpu-linux-x64-0123456789', bytes: 2_000_000 }]);
  expect(report.versions.tensorflow).toBe('2.21.0');
  expect(report.advice).toContainEqual(expect.stringMatching(/^2 MB are used by tensorflow-1\.0\.0/));
  const text = renderEngineReport(report);
  expect(text).toContain('CPU engine  absent: the native engine is not installed');
  expect(text).toContain('To do:\n- ');
});

test('an engine whose files have the right sizes but that does not run is not used', async () => {
  const folder = temporaryFolder();
  const { lock } = fakeWheels(join(folder, 'wheels'));
  const cache = join(folder, 'cache');
  await installEngine({ lock, cache, wheels: join(folder, 'wheels'), steps: fakeSteps() });
  vi.stubEnv('GRADALIGN_ENGINE', '');
  vi.stubEnv('GRADALIGN_CACHE', join(folder, 'empty')); // where the child process looks
  const report = await engineReport({ lock, cache });
  expect(report.used).toEqual({ engine: 'wasm', reason: 'the native engine is installed but does not run' });
  expect(report.speed).toEqual({ problem: expect.stringMatching(/^Cannot load the native engine/) });
  expect(renderEngineReport(report)).toMatch(/Speed +does not run: Cannot load/);
});

test('the speed of the engine in use is measured in a child process', async () => {
  const { speed, used } = await engineReport();
  expect(speed).toMatchObject({ engine: used.engine, matrixProduct: expect.any(Number), convolution: expect.any(Number) });
  expect(speed !== undefined && 'matrixProduct' in speed && speed.matrixProduct).toBeGreaterThan(0.5);
});
