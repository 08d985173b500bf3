import type { Catalogue } from '../configuration/catalogue.ts';
import { createDataset } from '../configuration/create-item.ts';
import type { LoadedExperiment } from '../configuration/load-experiment.ts';
import type { Dataset, Sample } from '../contracts/dataset.ts';
import type { Named } from '../contracts/named.ts';
import { silentReporter } from '../contracts/reporter.ts';
import { createSeed, type Seed } from '../contracts/seed.ts';
import { type DomainFingerprint, fingerprintSamples } from '../data/fingerprint-samples.ts';
import type { KnownData } from '../data/known-data.ts';
import { type Domains, readDomains } from '../data/read-domains.ts';
import { refuseMissingData } from '../run/load-domains.ts';
import type { DataFingerprints } from '../run/run-identity.ts';

/** The domains of a run with their fingerprints. */
export interface RunData {
  readonly domains: Domains;
  readonly data: DataFingerprints;
}

/**
 * What the runs of a study read, each data set once: runs differ in their targets, and data sets that do not ask for the seed are the same for every seed.
 * Only for planning: data that change later are not noticed.
 */
export class StudyData {
  readonly #datasets = new Map<string, Promise<{ readonly dataset: Dataset; readonly drawn: boolean }>>();
  readonly #fingerprints = new WeakMap<Sample, Map<string, DomainFingerprint>>();
  readonly #runs = new Map<string, Promise<RunData>>();
  readonly #known: KnownData;

  constructor(known: KnownData) {
    this.#known = known;
  }

  /** Throws a UserError where a domain cannot be read. */
  of({ experiment, catalogue }: LoadedExperiment): Promise<RunData> {
    const key = JSON.stringify([experiment.seed, experiment.data, experiment.plugins]);
    return remembered(this.#runs, key, async () => {
      const { data } = experiment;
      refuseMissingData({ ...data.source, ...data.target }, catalogue);
      const seed = createSeed(experiment.seed);
      const read = (domain: string, named: Named) => this.#dataset(domain, named, catalogue, seed);
      const domains = await readDomains({ data, read, seed, reporter: silentReporter, known: this.#known });
      return { domains, data: this.#fingerprint(domains) };
    });
  }

  async #dataset(domain: string, named: Named, catalogue: Catalogue, seed: Seed): Promise<Dataset> {
    const key = JSON.stringify([domain, named, catalogue.pluginFiles]);
    const make = async () => {
      const watched = watchedSeed(seed);
      const dataset = await createDataset(domain, named, catalogue, watched.seed);
      return { dataset, drawn: watched.asked() };
    };
    const { dataset, drawn } = await remembered(this.#datasets, key, make);
    return drawn ? (await remembered(this.#datasets, `${key} ${seed.value}`, make)).dataset : dataset;
  }

  /** As `fingerprintData`; samples of the same data set are digested once. */
  #fingerprint({ classes, sources, targets }: Domains): DataFingerprints {
    const all = [
      ...sources.map(({ name, samples, heldOut }) => ({ name, samples: [...samples, ...heldOut] })),
      ...targets.map(({ name, samples }) => ({ name, samples })),
    ];
    return Object.fromEntries(
      all.map(({ name, samples }) => {
        // A data set is known by its objects: those of a domain are the same whatever is held out of it.
        const first = samples.reduce((least, sample) => (sample.id < least.id ? sample : least));
        const splits = new Set(samples.map(({ split }) => split));
        const known = this.#fingerprints.get(first) ?? new Map<string, DomainFingerprint>();
        this.#fingerprints.set(first, known);
        const key = JSON.stringify([classes, [...splits].sort(), samples.length]);
        const fingerprint = known.get(key) ?? fingerprintSamples(samples, classes);
        known.set(key, fingerprint);
        return [name, fingerprint];
      }),
    );
  }
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let found = known.get(key);
  if (!found) {
    found = make();
    known.set(key, found);
  }
  return found;
}

/** A seed that knows whether it was asked for anything. */
function watchedSeed(seed: Seed): { readonly seed: Seed; asked(): boolean } {
  let asked = false;
  return {
    seed: {
      get value() {
        asked = true;
        return seed.value;
      },
      stream(name) {
        asked = true;
        return seed.stream(name);
      },
    },
    asked: () => asked,
  };
}
