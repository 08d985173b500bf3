import { existsSync } from 'node:fs';
import type { Catalogue } from '../configuration/catalogue.ts';
import { createDataset } from '../configuration/create-item.ts';
import { pathOptions } from '../configuration/portable-settings.ts';
import { cannot } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { Seed } from '../contracts/seed.ts';
import type { KnownData } from '../data/known-data.ts';
import { type Domains, readDomains } from '../data/read-domains.ts';

/** Options of `loadDomains`. */
export interface LoadDomainsOptions {
  /** Accepts samples that are whole videos, for a caller that only counts; default: false. */
  readonly wholeVideos?: boolean;
  /** What other runs on these data have learned of them. */
  readonly known?: KnownData | undefined;
}

/**
 * What an experiment trains on, holds out and is tested on, read from disk.
 *
 * @throws UserError if a domain has no samples in its splits, or domains disagree on their classes.
 */
export function loadDomains(experiment: Experiment, catalogue: Catalogue, seed: Seed, reporter: Reporter, options: LoadDomainsOptions = {}): Promise<Domains> {
  return readDomains({ data: experiment.data, read: (domain, named) => createDataset(domain, named, catalogue, seed), seed, reporter, ...options });
}

/**
 * For a run that may have been moved: whether the folders and files that its domains name are there.
 *
 * @throws UserError that names the first that is not, and the option to name another.
 */
export function refuseMissingData(domains: Experiment['data']['source'], catalogue: Catalogue): void {
  for (const [name, named] of Object.entries(domains)) {
    const path = pathOptions(catalogue.find('dataset', named.use))
      .map((option) => named[option])
      .find((value) => typeof value === 'string' && !existsSync(value));
    if (path !== undefined) throw cannot(`read domain '${name}'`, `${String(path)} is not there`, `its data, wherever they are: --data ${name}=<folder>`);
  }
}
