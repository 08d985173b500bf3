import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Callback, compose, type LoadedBatch, loadExperiment, parts, type RunEvents, silentReporter, train } from '@gradalign/core';
import { storedTensors } from '@gradalign/models';
import { batchesWithGaps } from './batches-with-gaps.ts';
import { compareStates, type Difference, lossDifference, type States } from './compare-states.ts';
import { makeDomains } from './make-domains.ts';
import { TorchTraining, type Variant } from './torch-training.ts';

export interface ParityOptions {
  readonly python: string;
  /** What PyTorch trains. */
  readonly variant: Variant;
  /** What ours trains; default: the same. Another one shows how large a real difference is. */
  readonly ours?: Variant;
  /** Initial weights, safetensors in torchvision's naming; default: random ones. */
  readonly weights?: string;
  readonly threads: number;
  /** Whether PyTorch also trains in float64, as the yardstick of its own rounding. */
  readonly float64: boolean;
  readonly onStep?: (step: ParityStep) => void;
}

/** Differences after one step: of the losses before it, and of all weights and running statistics after it. */
export interface ParityStep {
  readonly step: number;
  readonly epoch: number;
  /** `head` (alone), `erm`, `gac`. */
  readonly phase: string;
  /** Domains in the batch. */
  readonly domains: number;
  readonly loss: number;
  readonly oursAndTorch: Difference;
  /** PyTorch's float32 and ours, each beside PyTorch's float64. */
  readonly torchAndFloat64?: Difference;
  readonly oursAndFloat64?: Difference;
}

/** The options of gac. */
const gacOptions: Readonly<Record<Variant, readonly string[]>> = {
  released: ['optimizer.faithfulTo=code', 'optimizer.ascentGradients=head/**'],
  paper: ['optimizer.faithfulTo=paper', 'optimizer.ascentGradients=**'],
};

/** Steps without a domain: one by ERM, then without the first, the second and the last domain by GAC, where the accumulated sums depend on which. */
const gaps = { 7: 1, 13: 0, 18: 1, 24: 2 };
const stepsPerEpoch = 5;
const domains = ['a', 'b', 'c'];

/** Trains by `train`, as `gradalign train` does, and hands every batch to PyTorch, too; compares after each step. */
export async function runParity(options: ParityOptions): Promise<ParityStep[]> {
  const { python, variant, ours = variant, threads, float64, onStep } = options;
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-parity-'));
  try {
    const [data, weights] = [join(folder, 'data'), options.weights ?? join(folder, 'initial.safetensors')];
    await makeDomains(data);
    const torch = { python, variant, stepsPerEpoch, domains: domains.length, weights, folder, threads };
    using single = await TorchTraining.start({ ...torch, dtype: 'float32' });
    using double = float64 ? await TorchTraining.start({ ...torch, dtype: 'float64' }) : undefined;
    const { experiment, catalogue } = await loadExperiment(fileURLToPath(new URL('experiment.yaml', import.meta.url)), {
      set: [...gacOptions[ours], `threads=${threads}`],
      env: { PARITY_DATA: data, PARITY_WEIGHTS: weights },
      resolveFrom: [new URL('../../packages/cli/package.json', import.meta.url).href],
    });
    await using plain = compose({ experiment, catalogue, reporter: silentReporter });
    const steps: ParityStep[] = [];
    let batch: LoadedBatch | undefined;
    let start: States | undefined;
    const compare: Callback = {
      runStarted: ({ weights: at }) => {
        start = storedTensors(at);
      },
      async stepEnded(event) {
        if (!batch || !start) throw new Error('Cannot compare a step: no batch was seen before it');
        const step = await compareStep(event, { batch, start, single, double });
        steps.push(step);
        onStep?.(step);
      },
    };
    await train({
      experiment,
      catalogue,
      folder: join(folder, 'run'),
      customize: (container) =>
        void container
          .replace(parts.callbacks, () => [compare])
          .replace(parts.batches, async () =>
            batchesWithGaps(await plain.get(parts.batches), gaps, (seen) => {
              batch = seen;
            }),
          ),
    });
    return steps;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Beside {
  readonly batch: LoadedBatch;
  readonly start: States;
  readonly single: TorchTraining;
  readonly double: TorchTraining | undefined;
}

async function compareStep({ progress, report, weights }: RunEvents['stepEnded'], { batch, start, single, double }: Beside): Promise<ParityStep> {
  const torch = await single.step(batch);
  const exact = await double?.step(batch);
  const ours = storedTensors(weights);
  return {
    step: progress.step,
    epoch: progress.epoch,
    phase: progress.epoch === 0 ? 'head' : report.kind,
    domains: Object.keys(report.losses.risks).length,
    loss: lossDifference(report.losses, torch, domains),
    oursAndTorch: compareStates(ours, torch.tensors, start),
    ...(exact ? { torchAndFloat64: compareStates(torch.tensors, exact.tensors, start), oursAndFloat64: compareStates(ours, exact.tensors, start) } : {}),
  };
}
