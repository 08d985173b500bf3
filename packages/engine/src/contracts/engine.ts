/** How hard an engine is asked for: `auto` takes the native one where it is installed, else wasm. */
export type EngineChoice = 'auto' | 'tensorflow' | 'wasm';

/** What a run must record: the same experiment in the same environment gives the same bits. */
export type EngineEnvironment = Record<string, string | number | boolean>;

/** The engine that this process computes with. */
export interface Engine {
  readonly name: 'tensorflow' | 'wasm';
  /** Version of TensorFlow, or of tfjs's wasm backend. */
  readonly version: string;
  readonly gpu: boolean;
  /** Threads within one operation. */
  readonly threads: number;
  /** Folder of the native engine. */
  readonly dir?: string;
  /** Why it is wasm where the native engine was not forbidden. */
  readonly reason?: string;
  readonly environment: EngineEnvironment;
}
