import { type PluginItem, runSync } from '../../contracts/plugin-error.ts';
import type { State, Stateful } from '../../contracts/state.ts';
import { checkState } from './check-value.ts';

/** `state`, `restore` and disposal of an object that a plugin made, each checked. */
export function guardStateful(made: Stateful & Partial<Disposable>, item: PluginItem): Stateful & Disposable {
  return {
    state() {
      const state = runSync(item, 'state()', 'the current state', () => made.state());
      checkState(state, item);
      return state;
    },
    restore: (state: State) => runSync(item, 'restore()', 'to continue from a state', () => made.restore(state)),
    [Symbol.dispose]: () => runSync(item, '[Symbol.dispose]()', 'to free its tensors', () => made[Symbol.dispose]?.()),
  };
}
