import { spawn } from 'node:child_process';
import type { MeasuredSteps } from '@gradalign/core';
import type { Terminal } from '../terminal.ts';
import { ownCommand } from './own-command.ts';
import type { PlannedJob } from './train-command.ts';

/** What a run takes, or why that could not be measured. */
export type Estimate = MeasuredSteps | { readonly error: string };

/** Measures a few steps of each method on each target, one after another, each in a process of its own; seeds take the same. By folder. */
export async function estimateRuns(jobs: readonly PlannedJob[], terminal: Terminal, signal: AbortSignal): Promise<ReadonlyMap<string, Estimate>> {
  const known = new Map<string, Estimate>();
  const found = new Map<string, Estimate>();
  for (const job of jobs) {
    // Trials take what the first one takes.
    const key = JSON.stringify([job.method, job.target, job.trial !== undefined]);
    signal.throwIfAborted();
    if (!known.has(key)) {
      terminal.notice(`measuring a few steps: ${job.method}, ${job.target}`);
      known.set(key, await measure(job, signal));
    }
    found.set(job.folder, known.get(key) as Estimate);
  }
  return found;
}

function measure(job: PlannedJob, signal: AbortSignal): Promise<Estimate> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ownCommand([...job.arguments, '--estimate', '--json', '--quiet']), { stdio: ['ignore', 'pipe', 'pipe'], signal });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', (error) => resolve({ error: error.message }));
    child.on('close', (code, killedBy) => {
      if (code === 0) resolve(JSON.parse(out) as MeasuredSteps);
      else resolve({ error: killedBy ? `killed by ${killedBy}` : err.trim().split('\n').slice(-3).join(' | ') });
    });
  });
}
