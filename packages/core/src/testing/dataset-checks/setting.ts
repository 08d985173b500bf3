import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeOptions } from '../../configuration/complete-options.ts';
import type { Dataset, DatasetContext, DatasetDefinition, LeftOutKind, Sample } from '../../contracts/dataset.ts';
import type { AnyItem } from '../../contracts/plugin.ts';
import { createSeed } from '../../contracts/seed.ts';
import type { Options } from '../take-step.ts';

/** What the kit checks a data set with. */
export interface DatasetChecksOptions {
  /** Writes a small data set into an empty folder, which becomes the option `root`. Absent: the data set reads no folder. */
  readonly write?: (root: string) => void | Promise<void>;
  /** Of the data set, besides `root`; what is absent has its default. */
  readonly options?: Options;
  /** How many samples it must find, by split and class; default: not checked. */
  readonly samples?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Whether a list in the folder names its files, so that a missing one must be told; default: false. */
  readonly listed?: boolean;
  /** Changes of the folder, and the kind of thing that must be told as left out after each. */
  readonly leavesOut?: readonly { readonly change: (root: string) => void; readonly kind: LeftOutKind }[];
}

/** One requirement of a data set. `run` resolves, or rejects with an Error that says what is wrong. */
export interface DatasetCheck {
  readonly name: string;
  run(): Promise<void>;
}

export interface DatasetSetting extends Pick<DatasetChecksOptions, 'samples' | 'listed' | 'leavesOut'> {
  readonly definition: DatasetDefinition;
  /** Reads the data set below `root`, as a command does. */
  open(root: string): Promise<Dataset>;
  /** The data set, read once: for checks that need no file of it. */
  read(): Promise<Dataset>;
  /** Runs `body` with the data set written to a folder of its own; `base` is the folder above it, for what a check needs besides. Both are removed. */
  inFolder(body: (root: string, base: string) => Promise<void>): Promise<void>;
}

export function createDatasetSetting(definition: DatasetDefinition, { write, options, ...rest }: DatasetChecksOptions): DatasetSetting {
  const make = definition.create as unknown as (options: unknown, context: DatasetContext) => Dataset | Promise<Dataset>;
  let known: Dataset | undefined;
  const setting: DatasetSetting = {
    ...rest,
    definition,
    async read() {
      if (!known)
        await setting.inFolder(async (root) => {
          known = await setting.open(root);
        });
      return known as Dataset;
    },
    async open(root) {
      const complete = completeOptions(definition as unknown as AnyItem, { ...(write ? { root } : {}), ...options });
      return make(complete, { seed: createSeed(0), domain: definition.name, folder: process.cwd() });
    },
    async inFolder(body) {
      const base = realpathSync(mkdtempSync(join(tmpdir(), 'gradalign datä ')));
      try {
        const root = join(base, 'root');
        mkdirSync(root);
        await write?.(root);
        await body(root, base);
      } finally {
        rmSync(base, { recursive: true, force: true });
      }
    },
  };
  return setting;
}

/** The file of a sample; undefined for pixels. */
export function fileOf({ image }: Sample): string | undefined {
  return 'path' in image ? image.path : 'clip' in image ? image.clip : undefined;
}

/** The first file, in the order of the ids, that samples come from. */
export function firstFileOf({ samples }: Dataset): string {
  const [first] = [...samples].sort((a, b) => (a.id < b.id ? -1 : 1)).flatMap((sample) => fileOf(sample) ?? []);
  if (first === undefined) throw new Error('none of its samples has a file, expected files below the root');
  return first;
}

/** What says who a sample is and what it shows: the same wherever the data lie. */
export function describedSamples({ samples }: Dataset): string[] {
  return samples.map(({ id, label, split, species, subject, video, frame }) => JSON.stringify([id, label, split, species, subject, video, frame]));
}

/** All that a data set says besides its samples, as text. */
export function told({ notes = {} }: Dataset): string {
  return JSON.stringify(notes);
}
