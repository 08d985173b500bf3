/** In seconds, for one picture. */
export const timeLimit = 20;

/** Work that was given up. It goes on where it cannot be stopped. */
export class TooSlowError extends Error {
  /** Fulfilled when the work has ended, in whatever way. */
  readonly settled: Promise<void>;

  constructor(seconds: number, work: Promise<unknown>) {
    super(`it takes more than ${seconds} seconds`);
    this.settled = work.then(
      () => {},
      () => {},
    );
  }
}

/** What the work gives, within so many seconds. @throws TooSlowError when they are over; what the work throws */
export async function withinSeconds<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooSlowError(seconds, work)), 1000 * seconds);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
