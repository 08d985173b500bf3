import { Type } from '@sinclair/typebox';
import { cannot } from '../contracts/errors.ts';

/** Options of callbacks that watch one figure on the held-out share. */
export const figureOptions = {
  metric: Type.String({ description: 'Name of the figure, as in evaluate.metrics', default: 'hter' }),
  better: Type.Unsafe<'lower' | 'higher'>({
    type: 'string',
    enum: ['lower', 'higher'],
    default: 'lower',
    description: 'Which direction is an improvement',
  }),
};

/** @throws UserError if the held-out share does not allow the figure (it has one class only, say). */
export function readFigure(validation: Readonly<Record<string, number>>, metric: string): number {
  const value = validation[metric];
  if (value === undefined) {
    throw cannot(`watch '${metric}'`, `the held-out share was evaluated for ${Object.keys(validation).join(', ')}`, 'one of them', { exitCode: 2 });
  }
  return value;
}

/** Whether `value` is better than `best` by more than `by`. */
export function isImprovement(value: number, best: number, better: 'lower' | 'higher', by = 0): boolean {
  return better === 'lower' ? value < best - by : value > best + by;
}
