import { combine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Gradients } from './gradients.ts';

/**
 * Variables of a model or a loss by name: parameters, which are trained, and statistics, which are measured (batch norm's running mean and variance).
 * Names are paths: `layer1/0/conv1/kernel`. A model calls `get(name)` in every pass and keeps no tensors of its own. The model disposes them.
 */
export class Weights implements Disposable {
  /** Trained, unless frozen, in the model's order. */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /** Measured, never trained. */
  readonly statistics: ReadonlyMap<string, tf.Variable>;
  #frozen: ReadonlySet<string> = new Set();

  /** Takes ownership of the tensors: they become variables. Throws where a name is a parameter and a statistic. */
  constructor(parameters: Readonly<Record<string, tf.Tensor>>, statistics: Readonly<Record<string, tf.Tensor>> = {}) {
    const twice = Object.keys(statistics).find((name) => name in parameters);
    if (twice !== undefined) throw new Error(`Cannot name a weight: '${twice}' is a parameter and a statistic, expected one of them`);
    const variables = (tensors: Readonly<Record<string, tf.Tensor>>, trainable: boolean) =>
      new Map(
        Object.entries(tensors).map(([name, tensor]) => {
          const variable = tf.variable(tensor, trainable);
          tensor.dispose();
          return [name, variable];
        }),
      );
    this.parameters = variables(parameters, true);
    this.statistics = variables(statistics, false);
  }

  /**
   * All weights of several owners, under a prefix for each (`''` keeps the names): the same variables, so that whoever moves one moves the owner's. The
   * owners dispose them; disposing the result does nothing. Throws where two have one name.
   */
  static joined(owners: Readonly<Record<string, Weights>>): Weights {
    const taken = (of: 'parameters' | 'statistics') =>
      Object.entries(owners).flatMap(([prefix, weights]) => [...weights[of]].map(([name, variable]) => [`${prefix}${name}`, variable] as const));
    const [parameters, statistics] = [taken('parameters'), taken('statistics')];
    const names = [...parameters, ...statistics].map(([name]) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new Error(`Cannot join weights: two of them are named '${twice}', expected each name once`);
    return Object.assign(new Weights({}), { parameters: new Map(parameters), statistics: new Map(statistics), [Symbol.dispose]: () => {} });
  }

  /** The parameter or statistic of this name; it stays the weights' own. Throws where there is none. */
  get(name: string): tf.Variable {
    const found = this.parameters.get(name) ?? this.statistics.get(name);
    if (!found) throw new Error(`Cannot read weight '${name}': there is none of that name, expected one of ${[...this.parameters.keys()].join(', ')}`);
    return found;
  }

  /** Names of the parameters that are not frozen, in the model's order. */
  get trainable(): readonly string[] {
    return [...this.parameters.keys()].filter((name) => !this.#frozen.has(name));
  }

  /** Name of the first parameter or statistic that holds an infinite value or NaN; undefined where all are finite. Reads all weights back. */
  nonFinite(): string | undefined {
    for (const [name, variable] of [...this.parameters, ...this.statistics]) if (!variable.dataSync().every(Number.isFinite)) return name;
    return undefined;
  }

  /** Freezes exactly these parameters. */
  freeze(names: Iterable<string>): void {
    this.#frozen = new Set(names);
  }

  /** Number of values in all parameters, frozen ones included. */
  get size(): number {
    return [...this.parameters.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Runs `body` at θ + delta and returns its result. θ is kept, not recomputed: afterwards, also after an error, every weight has the same value as
   * before, bit for bit. May be nested; must not be async. The delta stays the caller's.
   */
  shifted<T>(delta: Gradients, body: () => T): T {
    const kept = [...delta.byName.keys()].map((name) => {
      const variable = this.get(name);
      return { variable, at: variable.clone() };
    });
    try {
      const moved = combine([
        { scale: 1, tensors: kept.map(({ at }) => at) },
        { scale: 1, tensors: [...delta.byName.values()] },
      ]);
      for (const [i, { variable }] of kept.entries()) variable.assign(moved[i] as tf.Tensor);
      tf.dispose(moved);
      return body();
    } finally {
      for (const { variable, at } of kept) {
        variable.assign(at);
        at.dispose();
      }
    }
  }

  /** Sets a weight. The tensor stays the caller's, who may dispose it. Throws where there is no such weight or the shape is another. */
  assign(name: string, value: tf.Tensor): void {
    const variable = this.get(name);
    if (!tf.util.arraysEqual(variable.shape, value.shape)) {
      throw new Error(`Cannot assign weight '${name}': the value has shape [${value.shape}], expected [${variable.shape}]`);
    }
    variable.assign(value);
  }

  /** Disposes all variables. */
  [Symbol.dispose](): void {
    for (const variable of [...this.parameters.values(), ...this.statistics.values()]) variable.dispose();
  }
}
