import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Callback,
  compose,
  type LoadedBatch,
  type LossValues,
  loadExperiment,
  parts,
  silentReporter,
  train,
  type UpdateRule,
  type Weights,
} from '@gradalign/core';
import { storedTensors } from '@gradalign/models';
import { batchesWithGaps } from './batches-with-gaps.ts';
import { compareStates, type Difference, lossDifference, type States } from './compare-states.ts';
import { makeDomains } from './make-domains.ts';
import { type StartOfStep, type TorchStep, TorchTraining, type Variant } from './torch-training.ts';

export interface ParityOptions {
  readonly python: string;
  /** What PyTorch trains. */
  readonly variant: Variant;
  /** What ours trains; default: the same. Another one shows how large a real difference is. */
  readonly ours?: Variant;
  /** Initial weights, safetensors in torchvision's naming; default: random ones. */
  readonly weights?: string;
  readonly threads: number;
  /** Whether PyTorch also trains on its own from the first step on, in float32 and in float64. */
  readonly free: boolean;
  readonly onStep?: (step: ParityStep) => void;
}

/** Differences after one step: of the losses before it, and of all weights and running statistics after it. */
export interface ParityStep {
  /** From 0. */
  readonly step: number;
  readonly epoch: number;
  /** `head` (alone), `erm`, `gac`. */
  readonly phase: string;
  /** Domains in the batch. */
  readonly domains: number;
  /** PyTorch takes the step from where ours took it; `moves` is that of the step. */
  readonly stepwise: Compared;
  /** Trainings on their own from the first step on: rounding adds up. `moves` is since the first step. */
  readonly free?: Compared;
}

export interface Compared {
  readonly oursAndTorch: Difference;
  /** PyTorch's float32, and ours, beside PyTorch's float64: the first is the yardstick for the second. */
  readonly torchAndFloat64: Difference;
  readonly oursAndFloat64: Difference;
}

/** What differs from the recipe. */
const changes: Readonly<Record<Variant, readonly string[]>> = {
  released: [],
  paper: ['optimizer.faithfulTo=paper', 'optimizer.adaptive=false', 'optimizer.ascentGradients=**'],
};

/** Steps without a domain: one by ERM, then without the first, the second and the last domain by GAC, where the accumulated sums depend on which. */
const gaps = { 7: 1, 13: 0, 18: 1, 24: 2 };
const stepsPerEpoch = 5;
const domains = ['oulu', 'casia', 'replay'];

/** Trains by `train`, as `gradalign train` does, and hands every batch to PyTorch, too; compares after each step. */
export async function runParity(options: ParityOptions): Promise<ParityStep[]> {
  const { variant, ours = variant, threads, free, onStep } = options;
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-parity-'));
  try {
    const [data, weights] = [join(folder, 'data'), options.weights ?? join(folder, 'initial.safetensors')];
    await makeDomains(data);
    using stepwise = await startTorch('stepwise', 'float32', folder, weights, options);
    using exactly = await startTorch('exactly', 'float64', folder, weights, options);
    using single = free ? await startTorch('single', 'float32', folder, weights, options) : undefined;
    using double = free ? await startTorch('double', 'float64', folder, weights, options) : undefined;
    const { experiment, catalogue } = await loadExperiment(fileURLToPath(new URL('experiment.yaml', import.meta.url)), {
      set: [...changes[ours], `threads=${threads}`],
      env: { PARITY_DATA: data, PARITY_WEIGHTS: weights },
      resolveFrom: [new URL('../../packages/cli/package.json', import.meta.url).href],
    });
    await using plain = compose({ experiment, catalogue, reporter: silentReporter });
    const steps: ParityStep[] = [];
    let batch: LoadedBatch | undefined;
    let rule: UpdateRule | undefined;
    let first: StartOfStep | undefined;
    let start: StartOfStep | undefined;
    const compare: Callback = {
      runStarted({ weights: at }) {
        start = first = startOfStep(at, rule);
      },
      async stepEnded({ progress: { step, epoch }, report: { kind, losses }, weights: after }) {
        if (!batch || !start || !first) throw new Error('Cannot compare a step: no batch was seen before it');
        const end = startOfStep(after, rule);
        const compared = (torch: TorchStep, exact: TorchStep, { tensors: from }: StartOfStep): Compared => ({
          oursAndTorch: difference(end.tensors, losses, torch, from),
          torchAndFloat64: difference(torch.tensors, lossesOf(torch), exact, from),
          oursAndFloat64: difference(end.tensors, losses, exact, from),
        });
        const result: ParityStep = {
          ...{ step, epoch, phase: epoch === 0 ? 'head' : kind, domains: Object.keys(losses.risks).length },
          stepwise: compared(await stepwise.step(batch, start), await exactly.step(batch, start), start),
          ...(single && double ? { free: compared(await single.step(batch), await double.step(batch), first) } : {}),
        };
        start = end;
        steps.push(result);
        onStep?.(result);
      },
    };
    await train({
      experiment,
      catalogue,
      folder: join(folder, 'run'),
      customize: (container) =>
        void container
          .replace(parts.callbacks, (c) => {
            rule = c.get(parts.updateRule);
            return [compare];
          })
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

async function startTorch(name: string, dtype: 'float32' | 'float64', folder: string, weights: string, { python, variant, threads }: ParityOptions) {
  const own = join(folder, name);
  mkdirSync(own);
  return TorchTraining.start({ python, variant, dtype, stepsPerEpoch, domains: domains.length, weights, folder: own, threads });
}

function startOfStep(weights: Weights, rule: UpdateRule | undefined): StartOfStep {
  const momentum = Object.entries(rule?.state().tensors ?? {}).map(
    ([name, tensor]) => [name.replace(/^momentum\//, ''), { shape: tensor.shape, data: (tensor.dataSync() as Float32Array).slice() }] as const,
  );
  return { tensors: storedTensors(weights), momentum: new Map(momentum) };
}

function difference(tensors: States, losses: LossValues, torch: TorchStep, from: States): Difference {
  return { losses: lossDifference(losses, torch, domains), ...compareStates(tensors, torch.tensors, from) };
}

/** PyTorch's, in our form. */
function lossesOf({ risks, auxiliary }: TorchStep): LossValues {
  const named = domains.flatMap((name, i) => (typeof risks[i] === 'number' ? [[name, risks[i]] as const] : []));
  return { risks: Object.fromEntries(named), auxiliary, total: named.reduce((sum, [, risk]) => sum + risk, auxiliary) };
}
