// One contender: takes steps on request, like torch_reference.py. Argument: JSON { workload, batch, threads }.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { loadEngine } from '@gradalign/engine';
import type { BatchShape, Workload } from './cases.ts';
import { profileKernels } from './kernel-profile.ts';
import { createWorkload } from './workload.ts';

const { workload, batch, threads } = JSON.parse(process.argv[2] ?? '{}') as { workload: Workload; batch: BatchShape; threads: number };
const engine = await loadEngine({ threads, notice: (message) => console.error(message) });
const step = await createWorkload(workload, batch);
answer({ ready: `${engine.name} ${engine.version}` });
for await (const line of createInterface({ input: process.stdin })) {
  const { steps, profile = false } = JSON.parse(line) as { steps: number; profile?: boolean };
  const milliseconds: number[] = [];
  const kernels = profile ? profileKernels() : undefined;
  if (kernels) {
    // V8 recompiles code when it meets objects of another shape.
    for (let i = 0; i < 4; i++) step();
    kernels.restart();
  }
  for (let i = 0; i < steps; i++) {
    const started = performance.now();
    step();
    milliseconds.push(performance.now() - started);
  }
  answer({ milliseconds, peakKilobytes: peakKilobytes(), ...(kernels ? { kernels: kernels.stop() } : {}) });
}
process.exit();

function answer(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Largest resident set so far. */
function peakKilobytes(): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? Number.NaN);
}
