import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { help, readOptions, type TortureOptions } from './options.ts';
import { makeReferences } from './references.ts';
import { renderReport } from './report.ts';
import { runSeries } from './run-series.ts';
import { allSeries } from './series.ts';
import { Tallies } from './tally.ts';
import { buildWriteStops } from './write-stop.ts';

/** Runs the series and prints what they came to. Returns the exit code: 0 where every promise was kept, 1 where one was broken, 2 for wrong options. */
export async function torture(args: readonly string[]): Promise<number> {
  let options: TortureOptions | 'help';
  try {
    options = readOptions(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 2;
  }
  if (options === 'help') {
    process.stdout.write(help);
    return 0;
  }
  const { seed, minutes, series, cases, counts, merge } = options;
  if (merge) return report(Tallies.sum(merge, seed), options);
  const tallies = Tallies.read(counts, seed);
  const work = options.work === undefined ? mkdtempSync(join(tmpdir(), 'gradalign-torture-')) : resolve(options.work);
  const began = performance.now();
  const deadline = began + minutes * 60_000;
  const brokenBefore = tallies.broken.length;
  const keep = (seconds: number) => {
    tallies.seconds += seconds;
    if (counts !== undefined) writeFileSync(counts, JSON.stringify(tallies));
  };
  try {
    if (!existsSync(join(work, 'references.json'))) await makeReferences(work);
    const stops = buildWriteStops(work);
    if (!stops) process.stderr.write('writes cannot be stopped here: that needs Linux and a C compiler\n');
    const asked = allSeries.filter(({ name }) => series.includes(name) && (name !== 'fault' || stops));
    for (const [i, one] of asked.entries()) {
      const { first: from, step } = await casesOf(one.name, options, tallies);
      const count = options.from === undefined ? Math.max(0, (cases[one.name] ?? 0) - from) : (cases[one.name] ?? 0);
      // An equal share of the time that is left, so that a slow series leaves time for the others; what one does not use goes to the next.
      const until = performance.now() + Math.max(0, deadline - performance.now()) / (asked.length - i);
      await runSeries(one, { work, seed, from, count, step, until, tallies, keep });
    }
  } finally {
    if (options.work === undefined && tallies.broken.length === brokenBefore) rmSync(work, { recursive: true, force: true });
  }
  const code = report(tallies, options);
  if (tallies.broken.length > brokenBefore)
    process.stderr.write(`\n${tallies.broken.length - brokenBefore} promises broken; the folders are kept in ${work}\n${tallies.broken.join('\n')}\n`);
  return code;
}

/** Prints the report, and writes it where a file is named. Returns the exit code. */
function report(tallies: Tallies, { seed, report: file }: TortureOptions): number {
  const machine = `${cpus().length} cores, ${(totalmem() / 1e9).toFixed(0)} GB, Node ${process.versions.node}`;
  const page = renderReport(tallies, { seed, machine });
  process.stdout.write(page);
  if (file !== undefined) writeFileSync(file, page);
  return tallies.broken.length > 0 ? 1 : 0;
}

/** The first case, and from one to the next: readers take turns. @throws Error where there is no such reader. */
async function casesOf(series: string, { from, reader }: TortureOptions, { next }: Tallies): Promise<{ readonly first: number; readonly step: number }> {
  const first = from ?? next[series] ?? 0;
  if (series !== 'fuzz' || reader === undefined) return { first, step: 1 };
  const { readerNames } = await import('./fuzz.ts');
  const place = readerNames.indexOf(reader);
  if (place < 0) throw new Error(`Cannot fuzz the reader '${reader}': there is none, expected one of ${readerNames.join(', ')}`);
  const step = readerNames.length;
  return { first: first + ((place - first + step * Math.ceil(first / step)) % step), step };
}
