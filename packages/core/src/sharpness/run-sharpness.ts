import type { Reporter } from '../contracts/reporter.ts';
import type { TrainedRun } from '../run/trained-run.ts';
import { chosenDomains, loadDomain } from './domain-batch.ts';
import { riskSurface } from './loss-surface.ts';
import { measureSharpness, type Sharpness, type SharpnessOptions } from './measure-sharpness.ts';

/** Options of `runSharpness`. */
export interface RunSharpnessOptions extends Omit<SharpnessOptions, 'seed'> {
  /** How many images of each domain the loss is taken over, drawn by the run's seed; they form one batch. */
  readonly samples: number;
  /** Statistics that batch norm uses: see `RiskSurfaceOptions`. */
  readonly batchNorm: 'batch' | 'running';
  /** Receives progress. */
  readonly reporter: Reporter;
  /** Aborting ends the measurement between two domains with an AbortError. */
  readonly signal?: AbortSignal;
}

/** Sharpness of a run's loss, domain by domain: source domains on their training share, targets on their test samples. Plain JSON. */
export interface RunSharpness extends Omit<SharpnessOptions, 'seed'> {
  /** Statistics that batch norm used. */
  readonly batchNorm: 'batch' | 'running';
  /** Name of the checkpoint that was measured. */
  readonly checkpoint: string;
  /** By domain: sources, then targets. */
  readonly domains: Readonly<Record<string, DomainSharpness>>;
}

/** Sharpness of a run's loss on one domain. */
export interface DomainSharpness extends Sharpness {
  /** What the run used the domain for. */
  readonly role: 'source' | 'target';
  /** Number of images that the loss was taken over. */
  readonly samples: number;
}

/**
 * Measures the sharpness of a trained run's loss on each of its domains. Leaves the run's weights unchanged.
 *
 * @throws UserError if an image cannot be read.
 */
export async function runSharpness(run: TrainedRun, options: RunSharpnessOptions): Promise<RunSharpness> {
  const { samples: most, batchNorm, reporter, signal, ...measures } = options;
  const { seed } = run;
  const entries = await chosenDomains(run, most);
  const domains: Record<string, DomainSharpness> = {};
  for (const [done, domain] of entries.entries()) {
    const { name, role, samples } = domain;
    signal?.throwIfAborted();
    reporter.progress({ phase: 'sharpness', done, total: entries.length, unit: 'domains', detail: name });
    using batch = await loadDomain(run, domain, 'measure the sharpness on');
    const sharpness = measureSharpness(riskSurface({ ...batch, model: run.model, risk: run.risk, batchNorm }), { ...measures, seed });
    domains[name] = { role, samples: samples.length, ...sharpness };
  }
  reporter.progress({ phase: 'sharpness', done: entries.length, total: entries.length, unit: 'domains' });
  return { ...measures, batchNorm, checkpoint: run.checkpoint, domains };
}
