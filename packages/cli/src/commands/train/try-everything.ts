import type { FastDevRun, LoadedExperiment } from '@gradalign/core';
import { resolveFrom } from '../../options/bundled-plugins.ts';
import type { Terminal } from '../../terminal.ts';
import { inTemporaryFolder } from './in-temporary-folder.ts';

/** `--fast-dev-run`: everything that a run does, on four steps, and the report. */
export function tryEverything(loaded: LoadedExperiment, terminal: Terminal): Promise<number> {
  return inTemporaryFolder('gradalign-fast-dev-run-', terminal, async (folder, signal) => {
    const { fastDevRun } = await import('@gradalign/core');
    const started = performance.now();
    const done = await fastDevRun(loaded, { folder, reporter: terminal, signal });
    const reported = performance.now();
    const bytes = await report(done.folder);
    signal.throwIfAborted();
    const now = performance.now();
    const seconds = { ...done.seconds, report: (now - reported) / 1000, all: (now - started) / 1000 };
    terminal.print(render(done, seconds, bytes));
    const { steps, epochs } = done.results;
    terminal.printJson({ works: true, epochs, steps, seconds, images: done.images, unchecked: done.unchecked });
    return 0;
  });
}

/** Makes the run's page, as `gradalign report` does, and returns its size in bytes. */
async function report(folder: string): Promise<number> {
  const { readRun, runReport } = await import('@gradalign/report');
  const { html } = await runReport(await readRun(folder), { heatMaps: false, load: { data: [], trust: [], env: process.env, resolveFrom } });
  return Buffer.byteLength(html);
}

function render({ results: { steps, evaluation }, unchecked }: FastDevRun, seconds: Readonly<Record<string, number>>, bytes: number): string {
  const took = (phase: string) => `${(seconds[phase] ?? 0).toFixed(1)} s`;
  const kinds = Object.entries(steps).map(([kind, n]) => `${n} of ${kind}`);
  const targets = Object.keys(evaluation?.figures?.domains ?? evaluation?.literature?.domains ?? {});
  return [
    `everything works, in ${took('all')}`,
    `  data, engine, 3 steps, saving: ${took('beforeInterruption')}`,
    `  resuming, 1 step, evaluating${targets.length > 0 ? ` ${targets.join(', ')}` : ''}: ${took('afterInterruption')}`,
    `  report of ${Math.ceil(bytes / 1000)} kB, without heat maps: ${took('report')}`,
    `steps: ${kinds.join(', ')}`,
    'not checked:',
    ...unchecked.map((what) => `  ${what}`),
  ].join('\n');
}
