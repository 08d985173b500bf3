import { fork } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildFaults, faultCase } from './faults.ts';
import { killCase, type References } from './kills.ts';
import { maxSeconds } from './promise.ts';
import { renderReport } from './report.ts';
import { runCommand } from './run-command.ts';
import { Tallies } from './tally.ts';
import { commands, contentOf, writeWorkload } from './workload.ts';

/** Runs the series and prints what they came to. Returns the exit code: 0 where every promise was kept. */
export async function torture(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      series: { type: 'string', default: 'kill,fault,damage,fuzz' },
      kills: { type: 'string', default: '200' },
      faults: { type: 'string', default: '60' },
      damages: { type: 'string', default: '300' },
      fuzz: { type: 'string', default: '70000' },
      report: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  const from = Number(values.from);
  const series = values.series.split(',');
  const work = mkdtempSync(join(tmpdir(), 'gradalign-torture-'));
  const began = performance.now();
  const deadline = began + Number(values.minutes) * 60_000;
  const tallies = new Tallies();
  try {
    const references = await makeReferences(work);
    const library = buildFaults(work);
    if (library === undefined) process.stderr.write('faults in writes are skipped: they need Linux and a C compiler\n');
    // Shares of the time, so that a series that is slow on this machine leaves time for the others; what one does not use goes to the next.
    const until = (share: number) => Math.min(deadline, performance.now() + share * Math.max(0, deadline - performance.now()));
    if (series.includes('fuzz')) await inChildren('fuzz', work, seed, from, Number(values.fuzz), until(0.2), tallies);
    if (series.includes('damage')) await inChildren('damage', work, seed, from, Number(values.damages), until(0.35), tallies);
    if (series.includes('fault') && library)
      await inLanes(from, Number(values.faults), until(0.5), (i) => faultCase(work, seed, i, library, references, tallies));
    if (series.includes('kill')) await inLanes(from, Number(values.kills), deadline, (i) => killCase(work, seed, i, references, tallies));
  } finally {
    if (tallies.broken.length === 0) rmSync(work, { recursive: true, force: true });
  }
  const minutes = (performance.now() - began) / 60_000;
  const report = renderReport(tallies, {
    seed,
    minutes,
    machine: `${cpus().length} cores, ${(totalmem() / 1e9).toFixed(0)} GB, Node ${process.versions.node}`,
  });
  process.stdout.write(report);
  if (values.report !== undefined) writeFileSync(values.report, report);
  if (tallies.broken.length > 0)
    process.stderr.write(`\n${tallies.broken.length} promises broken; the folders are kept in ${work}\n${tallies.broken.join('\n')}\n`);
  return tallies.broken.length > 0 ? 1 : 0;
}

/** Three cases at a time: most of the time of each is the start of a process. */
async function inLanes(from: number, count: number, until: number, run: (index: number) => Promise<void>): Promise<void> {
  let next = from;
  const lane = async () => {
    while (next < from + count && performance.now() < until) await run(next++);
  };
  await Promise.all([lane(), lane(), lane()]);
}

/** Every command once, undisturbed; and a copy of the run before it was evaluated, with an experiment that resumes. */
async function makeReferences(work: string): Promise<References> {
  await writeWorkload(join(work, 'inputs'));
  const whole = join(work, 'whole');
  cpSync(join(work, 'inputs'), whole, { recursive: true });
  const references: Record<string, Readonly<Record<string, string>>> = {};
  for (const [name, { first, out }] of Object.entries(commands)) {
    const ended = await runCommand(whole, first);
    if (ended.status !== 0) throw new Error(`${first.join(' ')} ended with ${ended.status}: ${ended.err}`);
    references[name] = contentOf(join(whole, out));
  }
  const unfinished = join(whole, 'runs/unfinished');
  cpSync(join(whole, 'runs/one'), unfinished, { recursive: true });
  for (const name of ['results.json', 'scores', 'weights', 'checkpoints/epoch-0003']) rmSync(join(unfinished, name), { recursive: true });
  cpSync(join(whole, 'runs/one/checkpoints/epoch-0003'), join(unfinished, 'checkpoints/epoch-0003'), { recursive: true });
  return references as References;
}

interface Told {
  readonly begin?: number;
  readonly end?: number;
  readonly kind?: string;
  readonly ended?: string;
  readonly broken?: string;
}

/** Runs cases in child processes; one that hangs or dies is counted, and the next child goes on after it. */
async function inChildren(series: 'damage' | 'fuzz', work: string, seed: number, from: number, count: number, until: number, tallies: Tallies): Promise<void> {
  let next = from;
  while (next < from + count && performance.now() < until) {
    const child = fork(fileURLToPath(new URL('in-process.ts', import.meta.url)), [series, work, String(seed), String(next), String(from + count - next)], {
      execArgv: process.execArgv,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let last = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      last = `${last}${text}`.slice(-2000);
    });
    await new Promise<void>((resolve) => {
      let running: number | undefined;
      let stopped = false;
      let hang: NodeJS.Timeout | undefined;
      child.on('message', (told: Told) => {
        clearTimeout(hang);
        if (told.begin !== undefined) {
          running = told.begin;
          // The first case of a child also loads the engine.
          hang = setTimeout(() => child.kill('SIGKILL'), (maxSeconds + (running === next ? 60 : 0)) * 1000);
        }
        if (told.end === undefined) return;
        running = undefined;
        next = told.end + 1;
        tallies.count(series, told.kind ?? '', told.ended ?? '', told.broken);
        if (performance.now() >= until) {
          stopped = true;
          child.kill('SIGKILL');
        }
      });
      child.on('close', (status, signal) => {
        clearTimeout(hang);
        if (running !== undefined && !stopped) {
          tallies.count(
            series,
            'any',
            'broken',
            `case ${running}: ${signal === 'SIGKILL' ? `hung for ${maxSeconds} s` : `the process died (${signal ?? status})`} ${last.slice(-600)}`,
          );
          next = running + 1;
        } else if (status !== 0 && !stopped) {
          tallies.count(series, 'any', 'broken', `the process ended with ${status}: ${last}`);
          next = from + count;
        }
        resolve();
      });
    });
  }
}
