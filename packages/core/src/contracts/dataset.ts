import type { Rectangle } from '@gradalign/pixels';
import type { TSchema } from '@sinclair/typebox';
import type { Named } from './named.ts';
import type { Define } from './plugin.ts';
import type { Seed } from './seed.ts';

export type { Rectangle } from '@gradalign/pixels';

/** Which part of a data set a sample belongs to, as its authors divided it. */
export type Split = 'train' | 'dev' | 'test';
/** All splits, in their usual order. */
export const splits: readonly Split[] = ['train', 'dev', 'test'];

/** Where an image's pixels come from. Plain data: it goes to worker threads as it is. */
export type ImageSource =
  | {
      readonly path: string;
      /** The part of the image to use, in pixels of the file after its EXIF orientation is applied; absent: all of it. */
      readonly box?: Rectangle;
      /** Replaces the image by one made from it, before anything else sees it. */
      readonly through?: DerivedImage;
    }
  | { readonly pixels: Uint8Array; readonly width: number; readonly height: number; readonly channels: 1 | 3 }
  | ClipSource;

/** An image made from the one in a file, such as an attack from a live face. The sample's label is that of the result. */
export interface DerivedImage {
  /** Augmentations that work on pixels, with complete options, applied in this order. */
  readonly augmentations: readonly Named[];
  /**
   * Seeds their random numbers where images are not augmented, so that evaluation repeats: the sample's id, for example. In training they are drawn
   * anew for each request, once for all its views.
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
  /**
   * How its images were made from raw ones (frames, crop), where that is known; plain JSON. A run keeps it, so that new images can be made the same way.
   */
  readonly preparation?: Readonly<Record<string, unknown>>;
  /** What the adapter wants to say about what it found: files that fit no rule, names that lists mention but the disk lacks. */
  readonly notes?: DatasetNotes;
}

/**
 * Why something of a data set is not among its samples:
 * `label`: what it shows is unknown (a row with a mistyped label, a folder that is neither live nor attack);
 * `missing`: a list or a link names it and the disk lacks it;
 * `kind`: a picture or video of a kind that this adapter does not read (HEIC, a camera's raw format, a video among pictures);
 * `unreadable`: its content is empty, damaged or of no known kind;
 * `no face`: preparation found no face in any frame of the clip;
 * `entry`: an entry of a list that cannot be used for another reason;
 * `place`: a picture or video that fits none of the naming rules. It is told, and does not count as a loss.
 */
export type LeftOutKind = 'label' | 'missing' | 'kind' | 'unreadable' | 'no face' | 'entry' | 'place';

export const leftOutKinds: readonly LeftOutKind[] = ['label', 'missing', 'kind', 'unreadable', 'no face', 'entry', 'place'];

/** One thing that a data set leaves out. Plain JSON. */
export interface LeftOut {
  readonly kind: LeftOutKind;
  /** A file relative to the root, a clip, or `manifest.csv line 7`. */
  readonly what: string;
  /** What is wrong with it, without its name: `the label is 'lve', expected live or attack`. */
  readonly why: string;
  /** What is lost with it; default: `image`. Shares are taken within images and within clips. */
  readonly unit?: 'image' | 'clip';
  /** Its label, where it is known. */
  readonly label?: number;
  /** Its split, where it is known. */
  readonly split?: Split;
  /** The person, where it is known. */
  readonly subject?: string;
  /** Of a clip: how many images it would have given; default: 1. */
  readonly images?: number;
}

/** What an adapter noticed besides the samples: shown by `gradalign data inspect`. */
export interface DatasetNotes {
  /** What is not among the samples although it looks as if it should be. Runs tell it, record it, and stop where it is more than `data.tolerate`. */
  readonly leftOut?: readonly LeftOut[];
  /** What is unusual and may be a mistake, one sentence each, with a remedy. Runs warn about it. */
  readonly advice?: readonly string[];
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

/** What an adapter learns besides its options. */
export interface DatasetContext {
  /** The experiment's seed, for data sets that draw or split at random. */
  readonly seed: Seed;
  /** The domain's key in the experiment. */
  readonly domain: string;
  /** Relative paths in options are relative to this folder: that of the file which names them, resolved already for options marked `format: 'path'`. */
  readonly folder: string;
}

/** A data set as a plugin offers it: its name, its options' schema, and how to read it. */
export interface DatasetDefinition<S extends TSchema = TSchema> extends Define<'dataset', S, [context: DatasetContext], Dataset | Promise<Dataset>> {
  /** The files it expects below its root, as a few lines of text: shown by `gradalign list <name>` and where nothing fits. */
  readonly layout?: string;
  /**
   * True: `root` is the only option it needs, a folder in the plain layout. Commands open it where a user names a folder instead of a data set, so only
   * one of the loaded data sets declares it.
   */
  readonly folderOnly?: true;
}

/**
 * An adapter of a data set.
 *
 * @example
 * ```ts
 * import { readdirSync } from 'node:fs';
 * import { join } from 'node:path';
 * import { defineDataset, type Sample } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 *
 * export const twoFolders = defineDataset({
 *   name: 'two-folders',
 *   summary: 'Training images in the folders attack and live',
 *   options: Type.Object({ root: Type.String({ format: 'path' }) }, { additionalProperties: false }),
 *   create({ root }) {
 *     const classes = ['attack', 'live'];
 *     const samples = classes.flatMap((name, label) =>
 *       readdirSync(join(root, name)).map((file): Sample => ({ id: `${name}/${file}`, image: { path: join(root, name, file) }, label, split: 'train' })),
 *     );
 *     return { classes, samples };
 *   },
 * });
 * ```
 */
export function defineDataset<const S extends TSchema>(definition: Omit<DatasetDefinition<S>, 'kind'>): DatasetDefinition<S> {
  return { kind: 'dataset', ...definition };
}
