import { type Case, referenceOf } from './cases.ts';
import { Contender } from './contender.ts';
import type { KernelTime } from './kernel-profile.ts';
import { watchOthers } from './machine.ts';
import { median, quantile } from './statistics.ts';

export interface CaseResult {
  readonly name: string;
  /** PyTorch's time over ours, the median over the rounds; null without PyTorch. */
  readonly ratio: number | null;
  /** First and third quartile of the ratio. */
  readonly quartiles?: readonly [number, number];
  /** Our peak of resident memory over PyTorch's. */
  readonly memoryRatio: number | null;
  /** Median milliseconds per step. */
  readonly ours: number;
  readonly torch: number | null;
  /** MiB. */
  readonly oursPeak: number;
  readonly torchPeak: number | null;
  /** PyTorch's faster memory layout, the one that is compared. */
  readonly layout?: string;
  readonly kernels?: { readonly steps: number; readonly milliseconds: number; readonly each: readonly KernelTime[] };
}

export interface MeasureOptions {
  readonly python?: string;
  readonly threads: number;
  readonly repeats: number;
  readonly profile: boolean;
  /** Receives each case before it starts, and a warning if other processes use the machine. */
  readonly notice: (message: string) => void;
}

const layouts = ['contiguous', 'channels_last'] as const;
/** Length of a turn: short enough to alternate often, long enough that switching does not matter. */
const turnMilliseconds = 1500;

/** Measures cases that share PyTorch's workload and batch: each contender has its own process, and one works at a time. */
export async function measureGroup(group: readonly Case[], options: MeasureOptions): Promise<CaseResult[]> {
  const [first] = group as [Case];
  const { batch } = first;
  const { python, threads, repeats } = options;
  options.notice(group.map(({ name }) => name).join(', '));
  const contenders: Contender[] = [];
  try {
    for (const { workload } of group) contenders.push(await Contender.ours(workload, batch, threads));
    for (const layout of python === undefined ? [] : layouts) {
      contenders.push(await Contender.torch(python as string, referenceOf(first.workload), layout, batch, threads));
    }
    const turns = await warmUp(contenders);
    const others = watchOthers(contenders.map(({ pid }) => pid));
    const taken = await takeTurns(contenders, turns, repeats);
    const share = others();
    if (share > 0.03)
      options.notice(`  other processes used ${(100 * share).toFixed(0)} % of the machine meanwhile: expect figures to differ from a quiet run`);
    const reference = fastest(taken.slice(group.length));
    const results: CaseResult[] = [];
    for (const [i, { name }] of group.entries()) {
      const kernels = options.profile ? await profile(contenders[i] as Contender, turns[i] as number) : undefined;
      results.push({ name, ...figures(taken[i] as Taken, reference), ...(kernels ? { kernels } : {}) });
    }
    return results;
  } finally {
    for (const contender of contenders) contender[Symbol.dispose]();
  }
}

/** One contender's median milliseconds per step in each round, and its peak. */
interface Taken {
  readonly times: number[];
  /** MiB. */
  peak: number;
}

async function takeTurns(contenders: readonly Contender[], turns: readonly number[], rounds: number): Promise<Taken[]> {
  const taken = contenders.map((): Taken => ({ times: [], peak: 0 }));
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      const { milliseconds, peakKilobytes } = await contender.take(turns[i] as number);
      const one = taken[i] as Taken;
      one.times.push(median(milliseconds));
      one.peak = peakKilobytes / 1024;
    }
  }
  return taken;
}

function fastest(theirs: readonly Taken[]): Reference | undefined {
  const all = theirs.map((taken, i): Reference => ({ ...taken, layout: layouts[i] as string }));
  return all.toSorted((a, b) => median(a.times) - median(b.times))[0];
}

interface Reference extends Taken {
  readonly layout: string;
}

function figures({ times, peak }: Taken, reference: Reference | undefined): Omit<CaseResult, 'name' | 'kernels'> {
  const own = { ours: median(times), oursPeak: peak };
  if (!reference) return { ratio: null, memoryRatio: null, torch: null, torchPeak: null, ...own };
  const ratios = times.map((time, round) => (reference.times[round] as number) / time);
  return {
    ratio: median(ratios),
    quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    memoryRatio: peak / reference.peak,
    torch: median(reference.times),
    torchPeak: reference.peak,
    layout: reference.layout,
    ...own,
  };
}

/** Three steps each; returns how many steps fill a turn. */
async function warmUp(contenders: readonly Contender[]): Promise<number[]> {
  const turns: number[] = [];
  for (const contender of contenders) {
    const { milliseconds } = await contender.take(3);
    turns.push(Math.max(1, Math.round(turnMilliseconds / Math.min(...milliseconds))));
  }
  return turns;
}

async function profile(contender: Contender, steps: number) {
  const { milliseconds, kernels = [] } = await contender.take(steps, { profile: true });
  return { steps, milliseconds: milliseconds.reduce((sum, one) => sum + one, 0), each: kernels };
}

/** Cases that share PyTorch's workload and batch, in order. */
export function groups(chosen: readonly Case[]): Case[][] {
  const byReference = new Map<string, Case[]>();
  for (const one of chosen) {
    const key = `${referenceOf(one.workload)} ${one.batch.size}`;
    byReference.set(key, [...(byReference.get(key) ?? []), one]);
  }
  return [...byReference.values()];
}
