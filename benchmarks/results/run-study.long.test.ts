import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Reporter, silentReporter } from '@gradalign/core';
import { afterAll, expect, it } from 'vitest';
import { collectResults } from './collect-results.ts';
import { fullStudy } from './full-study.ts';
import { renderPage } from './render-page.ts';
import { runStudy } from './run-study.ts';
import type { BenchmarkDefinition, MethodDefinition, ResultsStudy } from './study-definition.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-study-'));
afterAll(() => rmSync(folder, { recursive: true }));

const digits = fullStudy.benchmarks['rotated-mnist'] as BenchmarkDefinition;
const gac = digits.methods['gac'] as MethodDefinition;

/** Two sources and a target of 40 digits each, four steps a run, a network of a few hundred weights. */
const experiment = join(folder, 'digits.yaml');
writeFileSync(
  experiment,
  `plugins: ["@gradalign/optimizers", "@gradalign/models", "@gradalign/datasets", "@gradalign/fas-gac"]
threads: 1
workers: 0
data:
  source:
    "0": { use: rotated-mnist, angle: 0, limit: 40 }
    "45": { use: rotated-mnist, angle: 45, limit: 40 }
    "75": { use: rotated-mnist, angle: 75, limit: 40 }
  holdOut: 0.3
  image: { size: 28, mean: [0.1307], std: [0.3081] }
  batch: { perDomain: 10 }
model: { use: tiny-cnn, width: 2, blocks: 2, stride: 2, head: linear }
losses: [cross-entropy]
optimizer: { use: erm }
train: { epochs: 2, stepsPerEpoch: 2, evaluateEvery: 0 }
`,
);

const miniature: ResultsStudy = {
  seeds: [0, 1],
  search: { trials: 2, seed: 1000 },
  sharpness: { samples: 16, rho: 0.1, directions: 2, ascentSteps: 2 },
  benchmarks: {
    digits: {
      ...digits,
      experiment: pathToFileURL(experiment).href,
      leaveOut: ['75'],
      methods: { erm: digits.methods['erm'] as MethodDefinition, gac: { ...gac, set: { ...gac.set, 'optimizer.warmupEpochs': 1 } } },
    },
  },
};

it('a study that was interrupted after its second run goes on, and ends with the figures of one that never was, on one process or two', async () => {
  const stopping = new AbortController();
  let counted = 0;
  const reporter: Reporter = {
    ...silentReporter,
    progress() {
      counted++;
      if (counted === 2) stopping.abort();
    },
  };
  const interrupted = join(folder, 'interrupted');
  expect(await runStudy(miniature, { output: interrupted, processes: 2, reporter, signal: stopping.signal })).toBeUndefined();
  const { signal } = new AbortController();
  const notices: string[] = [];
  const again = await runStudy(miniature, {
    output: interrupted,
    processes: 2,
    reporter: { ...silentReporter, notice: (message) => notices.push(message) },
    signal,
  });
  const whole = await runStudy(miniature, { output: join(folder, 'whole'), processes: 1, reporter: silentReporter, signal });
  if (!again || !whole) throw new Error('the study did not come to its end');
  expect(notices[0]).toMatch(/^Rotated MNIST: searching settings: [2-4] of 4 runs are done already$/);

  const [first, second] = [await collectResults(miniature, again), await collectResults(miniature, whole)];
  const cells = first.benchmarks['digits']?.cells ?? [];
  expect(cells).toEqual(second.benchmarks['digits']?.cells);
  expect(cells.map(({ method, runs }) => [method, runs.map(({ seed, steps }) => [seed, steps])])).toEqual([
    [
      'erm',
      [
        [0, { erm: 4 }],
        [1, { erm: 4 }],
      ],
    ],
    [
      'gac',
      [
        [0, { erm: 2, gac: 2 }],
        [1, { erm: 2, gac: 2 }],
      ],
    ],
  ]);
  expect(Object.keys(cells[0]?.runs[0]?.sharpness?.domains ?? {})).toEqual(['0', '45', '75']);
  expect(again.trials.every(({ outcome }) => outcome.state === 'finished' && outcome.results.evaluation === undefined)).toBe(true);

  const page = renderPage(first);
  expect(page).toContain('| left out | ERM | GAC-FAS |');
  expect(page).not.toMatch(/NaN|undefined/);
}, 300_000);
