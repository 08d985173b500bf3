import type { TSchema } from '@sinclair/typebox';
import type { Named } from './named.ts';
import type { Define } from './plugin.ts';
import type { Seed } from './seed.ts';

export type Split = 'train' | 'dev' | 'test';
export const splits: readonly Split[] = ['train', 'dev', 'test'];

/** Where an image's pixels come from. Plain data: it goes to worker threads as it is. */
export type ImageSource =
  | {
      readonly path: string;
      /** Cut this part out first, in pixels of the file (after its EXIF turn). */
      readonly box?: Box;
      /** What is made of the picture before anything else sees it. */
      readonly through?: Through;
    }
  | { readonly pixels: Uint8Array; readonly width: number; readonly height: number; readonly channels: 1 | 3 }
  | ClipSource;

/** Makes another picture of the one in a file, an attack of a live face, say: its sample's label is that of the result. */
export interface Through {
  /** Augmentations that work on pixels, with complete options, in this order. */
  readonly augmentations: readonly Named[];
  /**
   * What they draw from where the picture is not augmented, so that evaluation repeats: the sample's id, say. In training they are drawn anew with
   * each request, once for all its views.
   */
  readonly key: string;
}

/** A whole video in a raw data set: it can be counted and prepared (`gradalign data prepare` makes frames of it), not trained on. */
export interface ClipSource {
  /** The video file. */
  readonly clip: string;
  /** Degrees clockwise that frames must be turned by to stand upright, where the file's own metadata does not say so. */
  readonly turn?: 90 | 180 | 270;
  /** Only so many frames from the beginning belong to the protocol. */
  readonly firstFrames?: number;
}

/** In pixels, of the picture as it stands upright. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Right and left are the person's own: in a picture that is not mirrored the right eye has the smaller x. */
export interface FaceLandmarks {
  readonly rightEye: Point;
  readonly leftEye: Point;
  readonly nose?: Point;
  readonly mouthRight?: Point;
  readonly mouthLeft?: Point;
}

/** Where a face is in a picture: a box, landmarks or both. */
export interface Face {
  readonly box?: Box;
  readonly landmarks?: FaceLandmarks;
  /** Of a detector, 0..1. */
  readonly score?: number;
}

/** What a data set's own annotation says about one clip or image. */
export interface FaceAnnotation {
  /** Faces by frame number, from 0; an image has frame 0. A frame without an entry has no annotated face. */
  readonly frames: ReadonlyMap<number, Face>;
  /** Size of the picture that the coordinates refer to; absent: the clip's own. */
  readonly size?: { readonly width: number; readonly height: number };
  /** What is wrong with the annotation file: `the file is empty`, `line 12: 3 numbers, expected 5`. */
  readonly problems: readonly string[];
}

/** Reads frames of clips that are not video files (HDF5, say). What it throws may say as `reason`, without the clip's name, what is wrong with the clip. */
export interface ClipReader {
  count(sample: Sample): Promise<number>;
  /** The asked frames in rising order: 8-bit RGB, [height, width, 3]. */
  read(
    sample: Sample,
    frames: readonly number[],
  ): AsyncIterable<{ readonly frame: number; readonly width: number; readonly height: number; readonly data: Uint8Array }>;
}

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
  /** In pixels of the file, where the data set's lists tell. */
  readonly landmarks?: FaceLandmarks;
}

/** One domain: what one adapter found under one root. */
export interface Dataset {
  /** Names of the classes, by label: `['attack', 'live']`. All data sets of an experiment must agree. */
  readonly classes: readonly string[];
  readonly samples: readonly Sample[];
  /** What the adapter wants to say about what it found: files that fit no rule, names that lists mention but the disk lacks. */
  readonly notes?: DatasetNotes;
  /** Reads the data set's own annotation of faces, when asked; absent: it has none. Throws nothing for a broken annotation: it says so in `problems`. */
  readonly faces?: (sample: Sample) => Promise<FaceAnnotation>;
  /** Absent: clips are video files. */
  readonly clipReader?: ClipReader;
}

export interface DatasetNotes {
  /** Paths that fit none of the adapter's naming rules. */
  readonly unmatched?: readonly string[];
  /** Names that a list mentions and the disk lacks. */
  readonly missing?: readonly string[];
  /** What else is wrong: a name twice, a list entry that cannot be read, one clip with two labels. One sentence each. */
  readonly problems?: readonly string[];
  /** Clips of the complete data set (under the chosen protocol) as its authors state them, by split and class: `{ train: { live: 30, attack: 90 } }`, or `all` where only their sum is known. */
  readonly official?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How the set itself marks live and attack, for people to check: `live is +1, attack is -1`. */
  readonly polarity?: string;
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

export interface DatasetDefinition<S extends TSchema = TSchema> extends Define<'dataset', S, [context: DatasetContext], Dataset | Promise<Dataset>> {
  /** The files that it expects below its root, as text of a few lines: shown by `gradalign list <name>` and where nothing fits. */
  readonly layout?: string;
}

/**
 * An adapter of a data set.
 *
 * @example
 * ```ts
 * import { readdirSync } from 'node:fs';
 * import { join } from 'node:path';
 * import { attackOrLive, defineDataset, type Sample } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 *
 * export const twoFolders = defineDataset({
 *   name: 'two-folders',
 *   summary: 'Training images in the folders attack and live',
 *   options: Type.Object({ root: Type.String({ format: 'path' }) }, { additionalProperties: false }),
 *   create({ root }) {
 *     const samples = attackOrLive.flatMap((name, label) =>
 *       readdirSync(join(root, name)).map((file): Sample => ({ id: `${name}/${file}`, image: { path: join(root, name, file) }, label, split: 'train' })),
 *     );
 *     return { classes: attackOrLive, samples };
 *   },
 * });
 * ```
 */
export function defineDataset<const S extends TSchema>(definition: Omit<DatasetDefinition<S>, 'kind'>): DatasetDefinition<S> {
  return { kind: 'dataset', ...definition };
}
