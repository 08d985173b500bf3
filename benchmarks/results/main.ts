// npm run study:results: the whole study behind docs/results.md, from nothing to the page. Reuses every run that is there, goes on where it was interrupted.

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { synthesizeBenchmark } from '@gradalign/datasets';
import { interruptible } from '../../packages/cli/src/interrupt.ts';
import { createTerminal } from '../../packages/cli/src/terminal.ts';
import { fullStudy } from './full-study.ts';
import { runStudy } from './run-study.ts';

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const { values: options } = parseArgs({
  options: { processes: { type: 'string', default: '2' }, output: { type: 'string', default: root('runs/results') }, quiet: { type: 'boolean', short: 'q' } },
});
const terminal = createTerminal({ quiet: options.quiet ?? false });
using interrupt = interruptible(terminal, 'finishing the steps under way, then saving; the same command goes on');
await synthesizeBenchmark({
  root: root('data/recapture'),
  seed: 0,
  size: 'default',
  workers: Number(options.processes),
  onProgress: (done, total) => terminal.progress({ phase: 'rendering faces', done, total, unit: 'clips' }),
  signal: interrupt.signal,
});
const finished = await runStudy(fullStudy, { output: options.output, processes: Number(options.processes), reporter: terminal, signal: interrupt.signal });
if (!finished) process.exitCode = 130;
