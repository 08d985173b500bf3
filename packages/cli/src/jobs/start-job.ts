import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import type { ProgressState, StudyRunOutcome } from '@gradalign/core';
import { describeWriteError, makeFolders } from '@gradalign/engine/files';
import { type JobMessage, jobVariable } from './job-messages.ts';
import { ownCommand } from './own-command.ts';

/** A run in a process of its own. */
export interface Job {
  /** How it ended: what the run said, or the error in words with the last lines of its output. Never rejects. */
  readonly end: Promise<StudyRunOutcome['state'] | { readonly error: string }>;
  /** Asks it to save and end; a second time it ends at once. */
  stop(): void;
}

/**
 * Starts `gradalign` with these arguments; what it prints goes to the end of `output`. It belongs to no terminal: Ctrl-C reaches it through `stop` alone,
 * and it stops where this process is gone.
 */
export function startJob(args: readonly string[], folder: string, output: string, onProgress: (state: ProgressState) => void): Job {
  let log: number;
  try {
    makeFolders(folder);
    log = openSync(output, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0), 0o644);
  } catch (error) {
    const message = `Cannot write ${output}: ${describeWriteError(error)}, expected room on the disk and permission to write`;
    return { end: Promise.resolve({ error: message }), stop: () => {} };
  }
  const child = spawn(process.execPath, ownCommand(args), {
    env: { ...process.env, [jobVariable]: '1' },
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  let outcome: StudyRunOutcome['state'] | undefined;
  let failure: string | undefined;
  child.on('message', (message) => {
    const told = message as JobMessage;
    if ('progress' in told) onProgress(told.progress);
    else if ('error' in told) failure = told.error;
    else outcome = told.outcome;
  });
  const end = new Promise<StudyRunOutcome['state'] | { readonly error: string }>((resolve) => {
    child.on('error', (error) => resolve({ error: `Cannot start the run: ${error.message}` }));
    child.on('exit', (code, killedBy) => {
      if (killedBy) resolve({ error: `it was killed by ${killedBy}${lastLines(output)}` });
      else if (outcome !== undefined) resolve(outcome);
      // The file of its output may be on the disk that is full.
      else if (failure !== undefined) resolve({ error: failure });
      else resolve({ error: `it ended with exit code ${code}${lastLines(output)}` });
    });
  });
  return { end, stop: () => void child.kill('SIGTERM') };
}

const shownLines = 4;

function lastLines(file: string): string {
  try {
    const text = readFileSync(file, 'utf8').trimEnd();
    if (text === '') return '';
    const lines = text.split('\n').slice(-shownLines);
    return `; the end of ${file}:\n${lines.map((line) => `    ${line}`).join('\n')}`;
  } catch {
    return '';
  }
}
