// npm run study:results: the whole study behind docs/results.md, from nothing to the page. Reuses every run that is there, goes on where it was interrupted.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { UserError, writeAtomically } from '@gradalign/core';
import { synthesizeBenchmark } from '@gradalign/datasets';
import { loadEngine } from '@gradalign/engine';
import { installWeights } from '@gradalign/models';
import { createTerminal, interruptible, type Terminal } from 'gradalign';
import { collectResults } from './collect-results.ts';
import { fullStudy } from './full-study.ts';
import { mergeResults } from './merge-results.ts';
import { renderPage } from './render-page.ts';
import { runStudy } from './run-study.ts';
import type { ResultsStudy } from './study-definition.ts';
import type { StudyResults } from './study-results.ts';

const usage = `npm run study:results -- [options]
  --processes <n>   training processes at a time, one engine thread each (2); results do not depend on it
  --output <folder> where the runs stand (runs/results)
  --only <names>    some benchmarks of the study, with commas between; finished ones stay on the page: ${Object.keys(fullStudy.benchmarks).join(', ')}
  --seeds <n>       the first n seeds only: a quick look, and the page says so (all)
  --docs <folder>   where results.json and results.md stand (docs)
  --render          only write results.md again from results.json
  -q, --quiet       no progress`;

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const [page, data] = [join(options.docs, 'results.md'), join(options.docs, 'results.json')];
  if (options.render) {
    writeAtomically(page, renderPage(JSON.parse(readFileSync(data, 'utf8')) as StudyResults));
    return 0;
  }
  const study = chosenStudy(options);
  const processes = count('processes', options.processes);
  const terminal = createTerminal(process, { quiet: options.quiet });
  using interrupt = interruptible(terminal, 'finishing the steps under way, then saving; the same command goes on');
  await installStarts(study, terminal, interrupt.signal);
  await renderFaces(terminal, processes, interrupt.signal);
  const finished = await runStudy(study, { output: options.output, processes, reporter: terminal, signal: interrupt.signal });
  if (!finished) return 130;
  const stored = existsSync(data) ? (JSON.parse(readFileSync(data, 'utf8')) as StudyResults) : undefined;
  const results = mergeResults(fullStudy, await collectResults(study, finished), stored);
  mkdirSync(options.docs, { recursive: true });
  writeAtomically(data, `${JSON.stringify(results)}\n`);
  writeAtomically(page, renderPage(results));
  terminal.notice(`written: ${page}`);
  return 0;
}

/** Now, not when their part comes: without pip the study should not end half way. */
async function installStarts({ benchmarks }: ResultsStudy, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const names = new Set(Object.values(benchmarks).flatMap(({ weights = [] }) => weights));
  if (names.size === 0) return;
  await loadEngine({ notice: terminal.notice });
  for (const name of names) {
    await installWeights(name, { progress: ({ line, done, total }) => terminal.progressLine(line, done >= total), notice: terminal.notice, signal });
  }
}

async function renderFaces(terminal: Terminal, workers: number, signal: AbortSignal): Promise<void> {
  await synthesizeBenchmark({
    root: root('data/recapture'),
    seed: 0,
    size: 'default',
    workers,
    onProgress: (done, total) => terminal.progress({ phase: 'rendering faces', done, total, unit: 'clips' }),
    signal,
  });
}

function chosenStudy({ only, seeds }: { readonly only?: string; readonly seeds?: string }): ResultsStudy {
  const names = Object.keys(fullStudy.benchmarks);
  const chosen = only?.split(',') ?? names;
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined) throw refused('only', unknown, `some of ${names.join(', ')}`);
  const most = seeds === undefined ? fullStudy.seeds.length : count('seeds', seeds);
  return {
    ...fullStudy,
    seeds: fullStudy.seeds.slice(0, most),
    benchmarks: Object.fromEntries(Object.entries(fullStudy.benchmarks).filter(([name]) => chosen.includes(name))),
  };
}

function count(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw refused(option, text, 'a whole number >= 1');
  return Number(text);
}

function refused(option: string, value: string, expected: string): UserError {
  return new UserError(`Cannot run the study: --${option} is '${value}', expected ${expected}`, { exitCode: 2 });
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        processes: { type: 'string', default: '2' },
        output: { type: 'string', default: root('runs/results') },
        docs: { type: 'string', default: root('docs') },
        only: { type: 'string' },
        seeds: { type: 'string' },
        render: { type: 'boolean', default: false },
        quiet: { type: 'boolean', short: 'q', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n${usage}`, { exitCode: 2 });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof UserError) {
    console.error(error.message);
    process.exitCode = error.exitCode;
  } else if (error instanceof Error && error.name === 'AbortError') {
    process.exitCode = 130;
  } else throw error;
}
