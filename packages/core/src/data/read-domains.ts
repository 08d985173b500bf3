import type { Dataset, LeftOut, Sample } from '../contracts/dataset.ts';
import { cannot, UserError } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Named } from '../contracts/named.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { Seed } from '../contracts/seed.ts';
import { adviceOn } from './advice-on.ts';
import { checkPictures } from './check-pictures.ts';
import { holdOut } from './hold-out.ts';
import type { KnownData } from './known-data.ts';
import { describeLeftOut, describeProblems, LeftOutLedger, leftOutOf, lossBeyond } from './left-out.ts';
import { leftOutIn, type Unanswered, unansweredClips } from './unanswered.ts';

/** What a run trains on and tests on, read from disk: lists of samples, without pixels. */
export interface Domains {
  /** Names of the classes, by label; the same for all domains. */
  readonly classes: readonly string[];
  readonly sources: readonly SourceDomain[];
  readonly targets: readonly Domain[];
  /** What they leave out, filled further while pictures are decoded. */
  readonly leftOut: LeftOutLedger;
}

/** One domain with its samples in the wanted splits. */
export interface Domain {
  /** Its key in the experiment. */
  readonly name: string;
  readonly samples: readonly Sample[];
  /** Attempts in these splits that gave no image. */
  readonly unanswered?: readonly Unanswered[];
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
  /** Whole videos are allowed among the samples, and no file is opened: counting them needs no frames. What is left out is told, and never an error. */
  readonly wholeVideos?: boolean;
  /** What other runs on these data have learned of them: pictures are not checked twice. */
  readonly known?: KnownData | undefined;
}

/**
 * Reads the domains of an experiment, keeps the wanted splits, and holds out a share of the source subjects. Says what each domain leaves out and what is
 * unusual about it.
 *
 * @throws UserError, exit code 2, where domains leave out more than `data.tolerate`; UserError where a domain is empty or has other classes than the first, or holds whole videos that are not allowed.
 */
export async function readDomains({ data, read: readDataset, seed, reporter, wholeVideos = false, known }: ReadDomainsOptions): Promise<Domains> {
  const { source, target, splits, holdOut: share } = data;
  const sources: SourceDomain[] = [];
  const targets: Domain[] = [];
  const preparations = new Map<string, Dataset['preparation']>();
  const leftOut = new LeftOutLedger();
  const unanswered = new Map<string, readonly Unanswered[]>();
  const beyond: string[] = [];
  let classes: { readonly names: readonly string[]; readonly of: string } | undefined;
  const read = async (name: string, named: Named, side: 'source' | 'target'): Promise<readonly Sample[]> => {
    const wanted: readonly string[] = splits[side];
    const dataset = await readDataset(name, named);
    preparations.set(name, dataset.preparation);
    classes ??= { names: dataset.classes, of: name };
    if (dataset.classes.join() !== classes.names.join()) {
      throw cannot(`use domain '${name}'`, `its classes are ${dataset.classes.join(', ')}`, `those of '${classes.of}': ${classes.names.join(', ')}`);
    }
    const samples = dataset.samples.filter((sample) => wanted.includes(sample.split));
    const lost = await tellLeftOut(name, dataset, samples, { reporter, checked: !wholeVideos, known });
    const concerned = leftOutIn(lost, wanted);
    leftOut.add(name, concerned);
    unanswered.set(name, unansweredClips(concerned));
    const loss = wholeVideos ? undefined : lossBeyond(name, dataset, lost, data.tolerate);
    if (loss !== undefined) beyond.push(loss);
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
        there.length > 0 ? `at least one, or data.splits.${side}: [${there.join(', ')}] to use what there is` : 'at least one',
      );
    }
    return samples;
  };
  for (const [name, named] of Object.entries(source)) {
    const { training, heldOut, warning } = holdOut(await read(name, named, 'source'), share, seed, name);
    if (warning) reporter.warn(warning);
    const preparation = preparations.get(name);
    sources.push({ name, samples: training, heldOut, ...(preparation ? { preparation } : {}) });
  }
  for (const [name, named] of Object.entries(target)) {
    const samples = await read(name, named, 'target');
    targets.push({ name, samples, unanswered: unanswered.get(name) ?? [] });
  }
  if (beyond.length > 0) throw new UserError(beyond.join('\n'), { exitCode: 2 });
  return { classes: classes?.names ?? [], sources, targets, leftOut };
}

/** What `tellLeftOut` needs besides the data set. */
export interface TellOptions {
  readonly reporter: Reporter;
  /** Whether the files of the samples are looked at. */
  readonly checked: boolean;
  readonly known?: KnownData | undefined;
}

/** Warns of everything that a data set leaves out and of what is unusual about it, and returns the former. `samples` are those that will be used. */
export async function tellLeftOut(
  name: string,
  dataset: Dataset,
  samples: readonly Sample[],
  { reporter, checked, known }: TellOptions,
): Promise<readonly LeftOut[]> {
  const leftOut = [...leftOutOf(dataset), ...(checked ? await checkPictures(name, samples, reporter, known) : [])];
  for (const line of describeLeftOut(`domain '${name}'`, leftOut)) reporter.warn(line);
  const problems = describeProblems(`domain '${name}'`, dataset);
  if (problems !== undefined) reporter.warn(problems);
  for (const advice of [...(dataset.notes?.advice ?? []), ...adviceOn(dataset)]) reporter.warn(`domain '${name}': ${advice}`);
  return leftOut;
}
