import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Series } from './series.ts';
import type { Tallies } from './tally.ts';
import { preloaded } from './write-stop.ts';

/** Which cases to run. */
export interface SeriesRun {
  readonly work: string;
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** From the number of a case to that of the next; default: 1. */
  readonly step?: number;
  /** Of `performance.now()`: no case begins later. */
  readonly until: number;
  readonly tallies: Tallies;
  /** Called now and then with the seconds since the last time, so that counts can be kept. */
  keep(seconds: number): void;
}

/** What a child says: the number of a case that begins, or of one that ended and how. */
interface Told {
  readonly begin?: number;
  readonly end?: number;
  readonly kind?: string;
  readonly ended?: string;
  readonly broken?: string;
}

/** The first case of a child also loads the engine and checks that readers take what is whole, on a machine that may be busy. */
const secondsToStart = 120;

/** Runs cases in child processes; one that hangs or dies is counted, and the next child goes on after it. */
export async function runSeries(series: Series, { work, seed, from, count, step = 1, until, tallies, keep }: SeriesRun): Promise<void> {
  const end = from + count * step;
  let kept = performance.now();
  const keepNow = () => {
    keep((performance.now() - kept) / 1000);
    kept = performance.now();
  };
  const counted = (next: number, kind: string, ended: string, broken?: string) => {
    tallies.count(series.name, kind, ended, broken);
    tallies.next[series.name] = next;
    if (performance.now() - kept > 5000) keepNow();
  };
  let next = from;
  while (next < end && performance.now() < until) next = await inChild(series, { work, seed, next, end, step, until }, counted);
  keepNow();
}

interface ChildRun {
  readonly work: string;
  readonly seed: number;
  readonly next: number;
  readonly end: number;
  readonly step: number;
  readonly until: number;
}

/** Runs cases in one child until it ends; returns the number of the next case. */
function inChild(
  { name, limit }: Series,
  { work, seed, next: first, end, step, until }: ChildRun,
  counted: (next: number, kind: string, ended: string, broken?: string) => void,
): Promise<number> {
  const child = fork(fileURLToPath(new URL('case-child.ts', import.meta.url)), [name, work, ...[seed, first, end, step].map(String)], {
    env: { ...process.env, ...(name === 'fault' ? preloaded(work) : {}) },
    execArgv: process.execArgv,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let next = first;
  let running: number | undefined;
  let hang: NodeJS.Timeout | undefined;
  let [said, stopped, hung] = ['', false, false];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2000);
  });
  child.on('message', (told: Told) => {
    clearTimeout(hang);
    if (told.begin !== undefined) {
      running = told.begin;
      const seconds = limit + (running === first ? secondsToStart : 0);
      hang = setTimeout(() => {
        hung = true;
        child.kill('SIGKILL');
      }, seconds * 1000);
    }
    if (told.end === undefined || stopped) return;
    running = undefined;
    next = told.end + step;
    counted(next, told.kind ?? '', told.ended ?? '', told.broken);
    if (performance.now() < until) return;
    stopped = true;
    child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    child.on('close', (status, signal) => {
      clearTimeout(hang);
      if (stopped) rmSync(join(work, `box-${child.pid}`), { recursive: true, force: true });
      if (running !== undefined && !stopped) {
        next = running + step;
        counted(next, 'any', 'broken', `case ${running}: ${hung ? `hung for ${limit} s` : `the process died (${signal ?? status})`} ${said.slice(-600)}`);
      } else if (status !== 0 && !stopped) {
        counted(end, 'any', 'broken', `the process ended with ${status}: ${said}`);
        next = end;
      }
      resolve(next);
    });
  });
}
