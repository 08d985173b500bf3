const workloads = ['inference', 'erm', 'sam', 'gac-joint', 'gac-separate'] as const;
/** What a step does, on our side; `forward` is a forward pass as in training, without a gradient; `-head` is GAC with `ascentGradients: head/**`. */
export type Workload = (typeof workloads)[number] | 'forward' | 'gac-joint-head' | 'gac-separate-head';

/** One figure of the benchmark. */
export interface Case {
  /** `resnet18-128-gac-joint`. */
  readonly name: string;
  readonly workload: Workload;
  readonly batch: BatchShape;
}

/** views x domains x perDomain images of size x size pixels. */
export interface BatchShape {
  readonly size: number;
  readonly perDomain: number;
  readonly domains: number;
  readonly views: number;
}

const batches: readonly BatchShape[] = [
  { size: 128, perDomain: 4, domains: 3, views: 2 },
  { size: 256, perDomain: 2, domains: 3, views: 2 },
];

export const cases: readonly Case[] = batches.flatMap((batch) =>
  workloads.map((workload) => ({ name: `resnet18-${batch.size}-${workload}`, workload, batch })),
);

/** The reference's workload: PyTorch's GAC step is joint, and both of ours are compared with it. */
export function referenceOf(workload: Workload): string {
  return workload.startsWith('gac') ? 'gac' : workload;
}

/** Options of both sides; torch_reference.py holds the same numbers. */
export const settings = { rho: 0.1, alpha: 2e-4, logitScale: 12, seed: 7, learningRate: 5e-3, momentum: 0.9, weightDecay: 1e-4 } as const;
