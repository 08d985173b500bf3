import type { Dataset, Sample } from '../contracts/dataset.ts';
import { cannot } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Named } from '../contracts/named.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { Seed } from '../contracts/seed.ts';
import { holdOut } from './hold-out.ts';

/** What a run trains on and tests on, read from disk: lists of samples, without pixels. */
export interface Domains {
  /** Names of the classes, by label; the same for all domains. */
  readonly classes: readonly string[];
  readonly sources: readonly SourceDomain[];
  readonly targets: readonly Domain[];
}

/** One domain with its samples in the wanted splits. */
export interface Domain {
  /** Its key in the experiment. */
  readonly name: string;
  readonly samples: readonly Sample[];
}

/** A domain that is trained on: `samples` are those for training. */
export interface SourceDomain extends Domain {
  /** Kept out of training: thresholds and checkpoints are chosen on it. Shares no subject with `samples`. */
  readonly heldOut: readonly Sample[];
  /** How its images were made, where its data set knows. */
  readonly preparation?: Readonly<Record<string, unknown>>;
}

/** Makes the data set of a domain: reads what its adapter finds on disk. */
export type ReadDataset = (domain: string, named: Named) => Promise<Dataset>;

/** What `readDomains` needs. */
export interface ReadDomainsOptions {
  readonly data: Experiment['data'];
  readonly read: ReadDataset;
  /** Decides which subjects are held out. */
  readonly seed: Seed;
  readonly reporter: Reporter;
  /** Whole videos are allowed among the samples: counting them needs no frames. */
  readonly wholeVideos?: boolean;
}

/**
 * Reads the domains of an experiment, keeps the wanted splits, and holds out a share of the source subjects.
 *
 * @throws UserError where a domain is empty or has other classes than the first, or holds whole videos that are not allowed.
 */
export async function readDomains({ data, read: readDataset, seed, reporter, wholeVideos = false }: ReadDomainsOptions): Promise<Domains> {
  const { source, target, splits, holdOut: share } = data;
  const sources: SourceDomain[] = [];
  const targets: Domain[] = [];
  const preparations = new Map<string, Dataset['preparation']>();
  let classes: { readonly names: readonly string[]; readonly of: string } | undefined;
  const read = async (name: string, named: Named, wanted: readonly string[]): Promise<readonly Sample[]> => {
    const dataset = await readDataset(name, named);
    preparations.set(name, dataset.preparation);
    classes ??= { names: dataset.classes, of: name };
    if (dataset.classes.join() !== classes.names.join()) {
      throw cannot(`use domain '${name}'`, `its classes are ${dataset.classes.join(', ')}`, `those of '${classes.of}': ${classes.names.join(', ')}`);
    }
    const samples = dataset.samples.filter((sample) => wanted.includes(sample.split));
    const clip = wholeVideos ? undefined : samples.find(({ image }) => 'clip' in image);
    if (clip) {
      throw cannot(
        `use domain '${name}'`,
        `data set '${named.use}' holds whole videos (${clip.id} for one)`,
        `frames: make them with gradalign data prepare --use ${named.use}, then name the folder that it wrote`,
        { exitCode: 2 },
      );
    }
    if (samples.length === 0) {
      const there = [...new Set(dataset.samples.map((sample) => sample.split))];
      throw cannot(
        `use domain '${name}'`,
        `it has no samples in ${wanted.join(', ')} (it has ${there.length > 0 ? there.join(', ') : 'none at all'})`,
        'at least one',
      );
    }
    return samples;
  };
  for (const [name, named] of Object.entries(source)) {
    const { training, heldOut, warning } = holdOut(await read(name, named, splits.source), share, seed, name);
    if (warning) reporter.warn(warning);
    const preparation = preparations.get(name);
    sources.push({ name, samples: training, heldOut, ...(preparation ? { preparation } : {}) });
  }
  for (const [name, named] of Object.entries(target)) targets.push({ name, samples: await read(name, named, splits.target) });
  return { classes: classes?.names ?? [], sources, targets };
}
