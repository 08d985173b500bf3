import type { Variant } from '../installed/engine-lock.ts';
import type { EngineStatus } from '../installed/installed-engine.ts';
import type { CpuFeatures } from '../machine/cpu-features.ts';
import type { EngineSpeed } from './engine-speed.ts';

/** What `gradalign engine doctor` shows. Plain data. */
export interface EngineReport {
  /** What `loadEngine()` would load here, and why. */
  readonly used: { readonly engine: 'tensorflow' | 'wasm'; readonly variant?: Variant; readonly reason: string };
  /** Speed of that engine, or the error if it does not run; undefined if it was not measured. */
  readonly speed?: EngineSpeed | { readonly problem: string };
  /** The native engine's variants. */
  readonly engines: readonly {
    readonly variant: Variant;
    readonly state: EngineStatus['state'];
    readonly dir?: string;
    /** Size on disk. */
    readonly bytes?: number;
    readonly problem?: string;
  }[];
  readonly machine: {
    /** `linux-x64` */
    readonly platform: string;
    /** Release of the operating system's kernel. */
    readonly system: string;
    /** Undefined with another C library. */
    readonly glibc?: string;
    readonly cpu: CpuFeatures;
    /** Processors that this process may use. */
    readonly threads: number;
    /** Main memory, bytes. */
    readonly memory: number;
    readonly nvidia: { readonly device: boolean; readonly driver?: string };
    /** Why no native engine can run here. */
    readonly problem?: string;
  };
  readonly versions: { readonly engine: string; readonly tensorflow: string; readonly tfjsCore: string; readonly node: string };
  readonly cache: {
    readonly folder: string;
    /** Free disk space, bytes. */
    readonly free?: number;
    /** Installed engines of other versions. */
    readonly others: readonly { readonly name: string; readonly bytes: number }[];
  };
  /** What an installation could use. */
  readonly tools: {
    /** Whether the binding was shipped, or has to be compiled, or there are no sources either. */
    readonly binding: 'prebuilt' | 'to be compiled' | 'none';
    /** Command of the C++ compiler. */
    readonly compiler?: string;
    /** Command of a Python that has pip. */
    readonly python?: string;
    /** Package indexes and link pages in pip's settings, without passwords. */
    readonly indexes: readonly string[];
  };
  /** Environment variables that are set and change what the engine does. */
  readonly variables: Readonly<Record<string, string>>;
  /** What to do, a sentence for each thing that is missing or wrong. */
  readonly advice: readonly string[];
}
