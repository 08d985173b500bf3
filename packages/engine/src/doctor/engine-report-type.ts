import type { Variant } from '../installed/engine-lock.ts';
import type { EngineStatus } from '../installed/installed-engine.ts';
import type { CpuFeatures } from '../machine/cpu-features.ts';
import type { EngineSpeed } from './engine-speed.ts';

/** What `gradalign engine doctor` finds. Plain data. */
export interface EngineReport {
  /** What `loadEngine()` would take here, and why. */
  readonly used: { readonly engine: 'tensorflow' | 'wasm'; readonly variant?: Variant; readonly reason: string };
  /** Measured with that engine; a problem where it does not run, absent where nothing was measured. */
  readonly speed?: EngineSpeed | { readonly problem: string };
  readonly engines: readonly {
    readonly variant: Variant;
    readonly state: EngineStatus['state'];
    readonly dir?: string;
    readonly bytes?: number;
    readonly problem?: string;
  }[];
  readonly machine: {
    readonly platform: string;
    readonly system: string;
    readonly glibc?: string;
    readonly cpu: CpuFeatures;
    /** Processors that this process may use. */
    readonly threads: number;
    /** bytes */
    readonly memory: number;
    readonly nvidia: { readonly device: boolean; readonly driver?: string };
    /** Why no native engine can run here. */
    readonly problem?: string;
  };
  readonly versions: { readonly engine: string; readonly tensorflow: string; readonly tfjsCore: string; readonly node: string };
  readonly cache: {
    readonly folder: string;
    /** bytes */
    readonly free?: number;
    /** Engines of other versions. */
    readonly others: readonly { readonly name: string; readonly bytes: number }[];
  };
  /** What an installation could make use of. */
  readonly tools: {
    readonly binding: 'prebuilt' | 'to be compiled' | 'none';
    readonly compiler?: string;
    readonly python?: string;
    readonly indexes: readonly string[];
  };
  /** Variables that change what the engine does, where they are set. */
  readonly variables: Readonly<Record<string, string>>;
  /** What to do, one sentence a thing; empty where nothing is missing. */
  readonly advice: readonly string[];
}
