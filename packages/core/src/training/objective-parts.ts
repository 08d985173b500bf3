import type { Auxiliary, Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import { MisuseError } from '../contracts/objective.ts';
import type { DomainBatch } from '../data/domain-batch.ts';
import type { TrainedWeights } from './trained-weights.ts';

/** What an objective evaluates, and on which batch. All of it stays the caller's. */
export interface ObjectiveParts {
  readonly model: Model;
  readonly risk: Risk;
  /** Auxiliary losses A; their values are summed. Default: none. */
  readonly auxiliaries?: readonly Auxiliary[];
  /** What gradients are taken of; default: the model's weights alone, for losses that own none. */
  readonly trained?: TrainedWeights;
  /** Share of the run's steps that are done, for auxiliary losses; default: 0. */
  readonly progress?: number;
  /** All source domains of the run: every risk is divided by their number k, even if a domain is absent from the batch. */
  readonly domains: readonly string[];
  readonly batch: DomainBatch;
  /**
   * Passes through the network that the batch is split into, each holding its graph alone, with the gradients of the whole batch; default: 1. See
   * `evaluateInParts` for what each costs.
   */
  readonly accumulate?: number;
  /** Weight of the new value when running statistics are updated (PyTorch's momentum), 0..1; default: the model's. */
  readonly statisticsMomentum?: number;
}

/** A source domain of which the batch has samples. */
export interface Present {
  readonly name: string;
  /** Rows of the batch (0 .. n - 1) that belong to the domain. */
  readonly rows: readonly number[];
}

/**
 * The domains present in the batch, in the order of the source domains; with `only` that one.
 *
 * @throws MisuseError if the batch has no sample of it.
 */
export function presentDomains({ batch, domains }: Pick<ObjectiveParts, 'batch' | 'domains'>, only?: string): readonly Present[] {
  const present = domains
    .map((name, index) => ({ name, rows: rowsOf(batch, index) }))
    .filter(({ name, rows }) => rows.length > 0 && (only === undefined || name === only));
  if (only !== undefined && present.length === 0) throw new MisuseError(`Cannot evaluate domain '${only}' alone: the batch has no sample of it`);
  return present;
}

/** Indices of samples among the images: first views, then second views. */
export function rowsInBatch(rows: readonly number[], { labels, views }: DomainBatch): number[] {
  return Array.from({ length: views }, (_, view) => rows.map((row) => view * labels.length + row)).flat();
}

function rowsOf({ domains }: DomainBatch, index: number): number[] {
  const rows: number[] = [];
  domains.forEach((domain, row) => {
    if (domain === index) rows.push(row);
  });
  return rows;
}
