import { describeValue, PluginError, type PluginItem, runSync } from '../../contracts/plugin-error.ts';
import type { Schedule } from '../../contracts/schedule.ts';
import { withMethods } from './check-value.ts';

/** A schedule whose factor is a finite number >= 0. */
export function guardSchedule(made: unknown, item: PluginItem): Schedule {
  const schedule = withMethods<Schedule>(made, item, ['factor']);
  return {
    factor(progress) {
      const factor: unknown = runSync(item, 'factor()', 'a number', () => schedule.factor(progress));
      if (typeof factor !== 'number' || !Number.isFinite(factor) || factor < 0)
        throw new PluginError(item, 'factor()', `returns ${describeValue(factor)} at step ${progress.step}`, 'a finite number >= 0');
      return factor;
    },
  };
}
