import type { Catalogue } from '../configuration/catalogue.ts';
import { createDataset } from '../configuration/create-item.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { Seed } from '../contracts/seed.ts';
import { type Domains, readDomains } from '../data/read-domains.ts';

/** Options of `loadDomains`. */
export interface LoadDomainsOptions {
  /** Accepts samples that are whole videos, for a caller that only counts; default: false. */
  readonly wholeVideos?: boolean;
}

/**
 * What an experiment trains on, holds out and is tested on, read from disk.
 *
 * @throws UserError if a domain has no samples in its splits, or domains disagree on their classes.
 */
export function loadDomains(experiment: Experiment, catalogue: Catalogue, seed: Seed, reporter: Reporter, options: LoadDomainsOptions = {}): Promise<Domains> {
  return readDomains({ data: experiment.data, read: (domain, named) => createDataset(domain, named, catalogue, seed), seed, reporter, ...options });
}
