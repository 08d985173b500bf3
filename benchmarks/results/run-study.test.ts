import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Rotated MNIST with 40 images an angle, four steps a run, one angle left out, ERM and GAC. */
const miniature: ResultsStudy = {
  seeds: [0, 1],
  search: { trials: 2, seed: 1000 },
  sharpness: { samples: 16, rho: 0.1, directions: 2, ascentSteps: 2 },
  benchmarks: {
    digits: {
      ...digits,
      set: {
        ...Object.fromEntries(digits.leaveOut.map((angle) => [`data.source.${angle}.limit`, 40])),
        'train.epochs': 2,
        'train.stepsPerEpoch': 2,
        'data.batch.perDomain': 10,
        'model.width': 2,
      },
      leaveOut: ['75'],
      methods: {
        erm: digits.methods['erm'] as MethodDefinition,
        gac: { ...(digits.methods['gac'] as MethodDefinition), set: { 'optimizer.use': 'gac', 'optimizer.warmupEpochs': 1 } },
      },
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
  expect(Object.keys(cells[0]?.runs[0]?.sharpness ?? {})).toEqual(['0', '15', '30', '45', '60', '75']);
  expect(again.trials.every(({ outcome }) => outcome.state === 'finished' && outcome.results.evaluation === undefined)).toBe(true);

  const page = renderPage(first);
  expect(page).toContain('| left out | ERM | GAC-FAS |');
  expect(page).not.toMatch(/NaN|undefined/);
}, 240_000);
