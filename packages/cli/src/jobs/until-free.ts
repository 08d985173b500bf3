import { setTimeout as sleep } from 'node:timers/promises';

/** ms until a folder that another process works in is looked at again. */
const recheck = 1000;

/** Starts a run again while another process works in its folder, for so many seconds, or until the signal aborts. */
export async function untilFree<T extends { readonly state: string }>(start: () => Promise<T>, seconds: number, signal: AbortSignal): Promise<T> {
  const end = performance.now() + 1000 * seconds;
  for (;;) {
    const outcome = await start();
    if (outcome.state !== 'taken' || performance.now() >= end || signal.aborted) return outcome;
    await sleep(recheck, undefined, { signal }).catch(() => {});
  }
}
