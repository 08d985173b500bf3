import type { RunEvents } from '../contracts/callback.ts';

type StepEnded = RunEvents['stepEnded'];

/** A `stepEnded` event to tell a callback of in a test: factor 1, 100 ms, no waiting, and a batch of one black pixel of domain `a`, unless given. */
export function stepEvent(given: Pick<StepEnded, 'progress' | 'report' | 'weights'> & Partial<StepEnded>): StepEnded {
  const batch = { images: new Float32Array(1), shape: [1, 1, 1, 1] as const, labels: new Int32Array(1), domains: ['a'] };
  return { learningRateFactor: 1, milliseconds: 100, waited: 0, batch, ...given };
}
