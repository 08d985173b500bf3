import type { Figure, Metric, Scored } from '../../contracts/metric.ts';
import { blame, describeValue, isPromise, PluginError, type PluginItem, runSync } from '../../contracts/plugin-error.ts';
import { withMethods } from './check-value.ts';

const where = 'compute()';
const contract = 'a finite number, several by name, or a RangeError where the samples do not allow it';

/** A metric that can be tried before there is anything to measure. */
export interface TriedMetric extends Metric {
  /** Computes the figure of a few made-up samples of so many classes, so that a fault shows before training. Throws the plugin's fault. */
  tryOn(classes: number): void;
}

/** A metric that returns numbers. A RangeError says what the samples do not allow, and passes. */
export function guardMetric(made: unknown, item: PluginItem): TriedMetric {
  const metric = withMethods<Metric>(made, item, ['reset', 'update', 'compute']);
  const guarded: Metric = {
    reset: () => runSync(item, 'reset()', 'to forget all samples', () => metric.reset()),
    update: (scored) => runSync(item, 'update()', 'to add samples', () => metric.update(scored)),
    compute(operating) {
      let figure: unknown;
      try {
        figure = metric.compute(operating);
      } catch (error) {
        if (error instanceof RangeError) throw error;
        throw blame(item, where, contract, error);
      }
      if (isPromise(figure)) figure.then(undefined, () => {});
      if (!isFigure(figure)) throw new PluginError(item, where, `returns ${describeFigure(figure)}`, contract);
      return figure;
    },
  };
  return {
    ...guarded,
    tryOn(classes) {
      guarded.reset();
      guarded.update(madeUp(classes));
      try {
        guarded.compute({ threshold: 0.5 });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
      guarded.reset();
    },
  };
}

function isFigure(figure: unknown): figure is Figure {
  if (typeof figure === 'number') return Number.isFinite(figure);
  return typeof figure === 'object' && figure !== null && !Array.isArray(figure) && !isPromise(figure) && Object.values(figure).every(Number.isFinite);
}

function describeFigure(figure: unknown): string {
  if (typeof figure !== 'object' || figure === null || Array.isArray(figure) || isPromise(figure)) return describeValue(figure);
  const odd = Object.entries(figure).find(([, value]) => !Number.isFinite(value));
  return odd ? `'${odd[0]}' as ${describeValue(odd[1])}` : describeValue(figure);
}

/** Eight samples of each class in two domains, of which every fourth is taken for the next class. */
function madeUp(classes: number): Scored[] {
  return Array.from({ length: 8 * classes }, (_, i) => {
    const label = i % classes;
    const taken = i % 4 === 3 ? (label + 1) % classes : label;
    const high = 0.6 + 0.03 * (i % 8);
    const probabilities = Array.from({ length: classes }, (_each, c) => (c === taken ? high : (1 - high) / (classes - 1)));
    return {
      label,
      probabilities,
      domain: i % 2 === 0 ? 'a' : 'b',
      subject: String(i % 3),
      ...(label === 0 ? { species: i % 2 === 0 ? 'print' : 'replay' } : {}),
    };
  });
}
