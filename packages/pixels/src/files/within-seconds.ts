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

/** Attempts at work that ended itself by a clock that went on while the process was suspended. */
const attempts = 3;

/**
 * What the work gives, within so many seconds. Those in which the process is suspended (Ctrl-Z, a batch system, a laptop that sleeps) do not count: a sound
 * picture is not given up for them.
 *
 * @param endedItself whether an error says that the work looked at a clock of its own and gave up; where its time was not over, it is begun again
 * @throws TooSlowError when the seconds are over; what the work throws
 */
export async function withinSeconds<T>(seconds: number, work: () => Promise<T>, endedItself: (error: unknown) => boolean = () => false): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<T> | undefined;
  let counted = 0;
  const over = new Promise<never>((_, reject) => {
    const slice = seconds / 20;
    let last = performance.now();
    timer = setInterval(() => {
      const now = performance.now();
      counted += Math.min((now - last) / 1000, 2 * slice);
      last = now;
      if (counted >= seconds) reject(new TooSlowError(seconds, current as Promise<T>));
    }, 1000 * slice);
  });
  over.catch(() => {});
  try {
    for (let attempt = 1; ; attempt++) {
      current = work();
      try {
        return await Promise.race([current, over]);
      } catch (error) {
        if (attempt === attempts || !endedItself(error) || counted > 0.9 * seconds) throw error;
      }
    }
  } finally {
    clearInterval(timer);
  }
}
