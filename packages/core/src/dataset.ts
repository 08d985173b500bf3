import type { TSchema } from '@sinclair/typebox';
import type { Define } from './plugin.ts';
import type { Seed } from './seed.ts';

export type Split = 'train' | 'dev' | 'test';
export const splits: readonly Split[] = ['train', 'dev', 'test'];

/** Where an image's pixels come from. Plain data: it goes to worker threads as it is. */
export type ImageSource =
  | { readonly path: string /** Cut this part out first, in pixels of the file (after its EXIF turn). */; readonly box?: Box }
  | { readonly pixels: Uint8Array; readonly width: number; readonly height: number; readonly channels: 1 | 3 };

/** In pixels; x and y of the upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One image with what is known about it. */
export interface Sample {
  /** Unique within its data set and the same on every machine (a path relative to the root, say): random streams and score files are keyed by it. */
  readonly id: string;
  readonly image: ImageSource;
  /** Index into the data set's `classes`. For face anti-spoofing 0 = attack, 1 = live (bona fide). */
  readonly label: number;
  readonly split: Split;
  /** Attack instrument: `print`, `replay`, `mask`, `cut-print`, `other`, finer after a slash (`replay/ipad`). Absent for bona fide. */
  readonly species?: string;
  /** Person; a held-out share is cut by subject, or by video, or by sample where the coarser one is unknown. */
  readonly subject?: string;
  /** The clip that the image is a frame of; absent where images stand alone. */
  readonly video?: string;
  /** Frame number within the clip. */
  readonly frame?: number;
  readonly device?: string;
  readonly session?: string;
}

/** One domain: what one adapter found under one root. */
export interface Dataset {
  /** Names of the classes, by label: `['attack', 'live']`. All data sets of an experiment must agree. */
  readonly classes: readonly string[];
  readonly samples: readonly Sample[];
  /** What the adapter wants to say about what it found: files that fit no rule, names that lists mention but the disk lacks. */
  readonly notes?: DatasetNotes;
}

export interface DatasetNotes {
  /** Paths that fit none of the adapter's naming rules. */
  readonly unmatched?: readonly string[];
  /** Names that a list mentions and the disk lacks. */
  readonly missing?: readonly string[];
}

/** The two classes of face anti-spoofing, in the order of their labels. */
export const attackOrLive: readonly string[] = ['attack', 'live'];

export interface DatasetContext {
  /** The experiment's seed, for data sets that draw or split at random. */
  readonly seed: Seed;
  /** The domain's key in the experiment. */
  readonly domain: string;
  /** Relative paths in options are relative to this folder: that of the file which names them, resolved already for options marked `format: 'path'`. */
  readonly folder: string;
}

export interface DatasetDefinition<S extends TSchema = TSchema> extends Define<'dataset', S, [context: DatasetContext], Dataset | Promise<Dataset>> {}

export function defineDataset<const S extends TSchema>(definition: Omit<DatasetDefinition<S>, 'kind'>): DatasetDefinition<S> {
  return { kind: 'dataset', ...definition };
}
