#!/usr/bin/env node
// Not built, so that `npx gradalign` works right after `npm ci`: it runs dist if that is built, else the TypeScript source.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const built = new URL('../dist/main.js', import.meta.url);
const source = new URL('../src/main.ts', import.meta.url);

if (existsSync(built) || process.execArgv.includes('--conditions=@gradalign/source')) {
  // The reader of a pipe may stop reading (`| head`), a terminal may be closed, the disk that a run's output goes to may be full: the command continues, so
  // that a training run is not lost.
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error) => {
    if (error.code === 'EPIPE' || process.stdout.isTTY || process.env.GRADALIGN_JOB !== undefined) return;
    console.error(`Cannot write to standard output: ${error.message}`);
    process.once('exit', () => (process.exitCode ||= 1));
  });
  const { main, watchProcess } = await import(existsSync(built) && !process.execArgv.includes('--conditions=@gradalign/source') ? built.href : source.href);
  const watch = watchProcess();
  process.exitCode = await main(process.argv.slice(2));
  watch.finished();
} else {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = spawn(process.execPath, ['--conditions=@gradalign/source', '--import', tsx, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  // A terminal sends Ctrl-C to both processes; only the child acts on it. SIGTERM, sent to this process alone, is forwarded.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exitCode = code ?? 1;
  });
}
