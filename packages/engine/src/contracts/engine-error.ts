/** The engine cannot be found, installed, verified or loaded. The message says what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
