import type { LoadedExperiment, ProfiledSteps } from '@gradalign/core';
import { untilInterrupted } from '../../interruptible.ts';
import type { Terminal } from '../../terminal.ts';

/** `--profile [file]`: a few steps, as a Chrome trace. Writes that file alone. */
export async function profiling(given: string | true): Promise<(loaded: LoadedExperiment, terminal: Terminal) => Promise<number>> {
  const file = given === true ? 'trace.json' : given;
  await refuseFile(file);
  return async (loaded, terminal) => {
    const { profileSteps, writeAtomically } = await import('@gradalign/core');
    return untilInterrupted(terminal, 'finishing this step, then stopping', async (signal) => {
      const profiled = await profileSteps(loaded, { reporter: terminal, signal });
      writeAtomically(file, traceFile(profiled));
      terminal.print(await render(profiled, file));
      const { steps, milliseconds, operations } = profiled;
      terminal.printJson({ trace: file, steps, milliseconds, operations });
      return 0;
    });
  };
}

/** Trace Event Format, JSON object form, as chrome://tracing and Perfetto read it. */
function traceFile({ events }: ProfiledSteps): string {
  const named = (name: string, of: string) => ({ name, ph: 'M', pid: 1, tid: 1, args: { name: of } });
  const traceEvents = [named('process_name', 'gradalign train'), named('thread_name', 'training'), ...[...events].sort((a, b) => a.ts - b.ts || b.dur - a.dur)];
  return `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents })}\n`;
}

async function render({ steps, milliseconds, operations }: ProfiledSteps, file: string): Promise<string> {
  const { renderTable } = await import('@gradalign/core');
  const share = (ms: number) => [ms.toFixed(1), `${((100 * ms) / milliseconds.step).toFixed(0)} %`];
  const names = {
    data: 'waiting for data',
    forward: 'forward passes',
    backward: 'backward passes',
    update: 'update of the weights',
    other: 'rest of the method',
  } as const;
  const phases = Object.entries(names).map(([key, name]) => [name, '', ...share(milliseconds[key as keyof typeof names])]);
  const longest = operations.slice(0, 10).map(({ name, calls, milliseconds: ms }) => [name, calls.toFixed(0), ...share(ms)]);
  return [
    `${steps} steps of ${milliseconds.step.toFixed(1)} ms`,
    renderTable([['of a step', 'calls', 'ms', 'share'], ...phases, ...longest], 1),
    `trace: ${file} (opens in ui.perfetto.dev and chrome://tracing)`,
  ].join('\n');
}

/** Before anything is loaded: a trace replaces a trace. */
async function refuseFile(file: string): Promise<void> {
  const [{ existsSync, statSync }, { cannot, readBounded, requireOutput }] = await Promise.all([import('node:fs'), import('@gradalign/core')]);
  requireOutput(file);
  if (!existsSync(file) || statSync(file).size === 0) return;
  if (
    !readBounded(file, 2 ** 30)
      .toString('utf8')
      .includes('"traceEvents"')
  )
    throw cannot(`write the trace to ${file}`, 'it is another file', 'a new file, or an earlier trace', { exitCode: 2 });
}
