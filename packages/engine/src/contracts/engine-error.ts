/** Anything that keeps the engine from being found, installed, checked or loaded. The message says what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
