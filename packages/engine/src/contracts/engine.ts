/** Which engine to load: `auto` takes the native one where it is installed, and wasm otherwise. */
export type EngineChoice = 'auto' | 'tensorflow' | 'wasm';

/**
 * What a run records about where it computed: engine and kernel versions, threads, processor, variables. The same experiment in the same
 * environment gives the same bits.
 */
export type EngineEnvironment = Record<string, string | number | boolean>;

/** The engine that this process computes with. Plain data. */
export interface Engine {
  readonly name: 'tensorflow' | 'wasm';
  /** Version of TensorFlow, or of tfjs's wasm backend. */
  readonly version: string;
  /** Whether it computes on a GPU. */
  readonly gpu: boolean;
  /** Threads within one operation. */
  readonly threads: number;
  /** Folder of the native engine; undefined for wasm. */
  readonly dir?: string;
  /** Why `auto` fell back to wasm. */
  readonly reason?: string;
  readonly environment: EngineEnvironment;
}
