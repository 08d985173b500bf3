import type { KernelTime } from './kernel-profile.ts';
import type { CaseResult } from './measure-cases.ts';
import { renderTable } from './render-table.ts';

export function renderSteps(results: readonly CaseResult[]): string {
  const ms = (value: number | null): string => (value === null ? '-' : value.toFixed(1));
  const mib = (value: number | null): string => (value === null ? '-' : value.toFixed(0));
  return renderTable(
    ['case', 'ours ms', 'PyTorch ms', 'layout', 'ratio', 'quartiles', 'ours MiB', 'PyTorch MiB', 'memory ratio'],
    results.map(({ name, ours, torch, layout, ratio, quartiles, oursPeak, torchPeak, memoryRatio }) => [
      name,
      ms(ours),
      ms(torch),
      layout ?? '-',
      ratio?.toFixed(3) ?? '-',
      quartiles ? quartiles.map((value) => value.toFixed(2)).join('..') : '-',
      mib(oursPeak),
      mib(torchPeak),
      memoryRatio?.toFixed(2) ?? '-',
    ]),
  );
}

/** Kernels by name with their share of the step, and the time outside of them; empty without a profile. */
export function renderProfile({ name, kernels }: CaseResult): string {
  if (!kernels) return '';
  const { steps, milliseconds, each } = kernels;
  const totals = byName(each);
  const inside = totals.reduce((sum, one) => sum + one.milliseconds, 0);
  const row = (label: string, calls: string, time: number) => [label, calls, (time / steps).toFixed(2), `${((100 * time) / milliseconds).toFixed(1)} %`];
  const rows = totals.map((one) => row(one.name, String(Math.round(one.calls / steps)), one.milliseconds));
  return `${name}, kernels of one step\n${renderTable(['kernel', 'calls', 'ms', 'share'], [...rows, row('outside kernels', '', milliseconds - inside), row('step', '', milliseconds)])}`;
}

function byName(each: readonly KernelTime[]): { name: string; calls: number; milliseconds: number }[] {
  const totals = new Map<string, { name: string; calls: number; milliseconds: number }>();
  for (const { name, calls, milliseconds } of each) {
    const total = totals.get(name) ?? { name, calls: 0, milliseconds: 0 };
    total.calls += calls;
    total.milliseconds += milliseconds;
    totals.set(name, total);
  }
  return [...totals.values()].toSorted((a, b) => b.milliseconds - a.milliseconds);
}
