import type { Split } from './dataset.ts';

/** A named item with its validated options, defaults filled in: `{ use: 'resnet18', head: 'cosine' }`. */
export interface Named {
  readonly use: string;
  readonly [option: string]: unknown;
}

/** An experiment as it is run: read, extended, overridden, validated, every default filled in, frozen. */
export interface Experiment {
  readonly name?: string;
  /** Specifiers as written: package names, or files relative to the file that names them. */
  readonly plugins: readonly string[];
  readonly seed: number;
  readonly engine: 'auto' | 'tensorflow' | 'wasm';
  /** Threads of the engine; absent: all cores. */
  readonly threads?: number;
  /** Decoding threads; 0 decodes on the main thread. */
  readonly workers: number;
  readonly data: {
    readonly source: Readonly<Record<string, Named>>;
    readonly target: Readonly<Record<string, Named>>;
    /** Name of the protocol that source, target, splits and holdOut came from; absent where they were written by hand. */
    readonly follows?: string;
    /** Share of the source subjects kept from training, for thresholds and checkpoint choice. */
    readonly holdOut: number;
    /** Which splits are trained on, and which are tested on. */
    readonly splits: { readonly source: readonly Split[]; readonly target: readonly Split[] };
    readonly image: { readonly size: number; readonly mean: readonly number[]; readonly std: readonly number[] };
    readonly augment: readonly Named[];
    /** Megabytes of decoded pixels kept in memory; 0: none. */
    readonly cacheMegabytes: number;
    readonly views: number;
    readonly batch: { readonly perDomain: number; readonly balance: readonly ('domain' | 'label')[] };
  };
  readonly model: Named;
  readonly losses: readonly Named[];
  readonly optimizer: Named & { readonly base: Named; readonly warmupEpochs: number };
  readonly schedule: Named;
  readonly train: {
    readonly epochs: number;
    /** Absent: as many as it takes to see as many samples as there are source videos. */
    readonly stepsPerEpoch?: number;
    /** Pattern of weight names to the epoch at which they thaw. */
    readonly freeze: Readonly<Record<string, number>>;
    /** Evaluate on the held-out share every so many epochs; 0: only at the end. */
    readonly evaluateEvery: number;
    /** Save every so many epochs. */
    readonly checkpointEvery: number;
    /** l2 norm that the final direction is clipped to. */
    readonly clipNorm?: number;
  };
  readonly evaluate: {
    readonly metrics: readonly Named[];
    /** Frames a video, evenly spread; 0: all. */
    readonly frames: number;
    readonly aggregate: 'mean' | 'median' | 'max';
    readonly batch: number;
  };
  readonly callbacks: readonly Named[];
  /** Folder of the run; absent: `runs/<name>-<optimizer>-<seed>`. */
  readonly output?: string;
}
