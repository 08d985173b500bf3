import type { State, Stateful } from '@gradalign/core';

/** The state of a method that counts its steps, and carries nothing else from one to the next. */
export function stepCounter(): Stateful & Disposable & { next(): number } {
  let count = 0;
  return {
    /** 0, 1, 2 ... */
    next: () => count++,
    state: () => ({ values: { count } }),
    restore({ values }: State) {
      count = (values?.['count'] as number | undefined) ?? 0;
    },
    [Symbol.dispose]: () => {},
  };
}
