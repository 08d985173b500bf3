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
  const { seed, minutes, series, cases, counts, report: file } = options;
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
      const from = options.from ?? tallies.next[one.name] ?? 0;
      const count = options.from === undefined ? Math.max(0, (cases[one.name] ?? 0) - from) : (cases[one.name] ?? 0);
      // An equal share of the time that is left, so that a slow series leaves time for the others; what one does not use goes to the next.
      const until = performance.now() + Math.max(0, deadline - performance.now()) / (asked.length - i);
      await runSeries(one, { work, seed, from, count, until, tallies, keep });
    }
  } finally {
    if (options.work === undefined && tallies.broken.length === brokenBefore) rmSync(work, { recursive: true, force: true });
  }
  const machine = `${cpus().length} cores, ${(totalmem() / 1e9).toFixed(0)} GB, Node ${process.versions.node}`;
  const report = renderReport(tallies, { seed, machine });
  process.stdout.write(report);
  if (file !== undefined) writeFileSync(file, report);
  if (tallies.broken.length > brokenBefore)
    process.stderr.write(`\n${tallies.broken.length - brokenBefore} promises broken; the folders are kept in ${work}\n${tallies.broken.join('\n')}\n`);
  return tallies.broken.length > 0 ? 1 : 0;
}
