/** A fixture that is made when a test first asks for it, and once: `const trained = once(() => train())`, then `await trained()` in each test. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
