import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '@gradalign/core';

const file = (folder: string): string => join(folder, 'cpu-seconds.json');

/** Seconds of processor time that a job took so far, over all its sessions; 0 where none was measured. Time on the clock would tell how busy the machine was. */
export function readCpuSeconds(folder: string): number {
  return existsSync(file(folder)) ? (JSON.parse(readFileSync(file(folder), 'utf8')) as number) : 0;
}

/** Adds what this process has used since `before` (of `process.cpuUsage()`): a worker does one job at a time. */
export function addCpuSeconds(folder: string, before: NodeJS.CpuUsage): void {
  const { user, system } = process.cpuUsage(before);
  writeAtomically(file(folder), `${(readCpuSeconds(folder) + (user + system) / 1e6).toFixed(2)}\n`);
}
